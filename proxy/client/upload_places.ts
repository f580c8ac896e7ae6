/**
 * Bounds how many large requests go to a server as they come: each holds a connection for as long as its client takes to
 * send it, so that slow clients would leave none for the others. Those that get no place are collected first.
 */
export class UploadPlaces {
  readonly #limit: number;
  #taken = 0;

  /** Takes how many there are; one in any case. */
  constructor(limit: number) {
    this.#limit = Math.max(1, limit);
  }

  /** Takes a place; says whether there was one. */
  take(): boolean {
    if (this.#taken >= this.#limit) return false;
    this.#taken++;
    return true;
  }

  giveBack(): void {
    this.#taken--;
  }
}
