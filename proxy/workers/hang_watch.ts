import type { Board } from "../team/board.ts";

/** Checks without a sign of life after which a worker is taken to hang. */
const MAX_MISSED = 10;
/** The same for one that has to be loaded first. */
const MAX_MISSED_AT_START = 60;

/**
 * Says when a worker's event loop does not turn any more. It counts checks, and not time: where the whole process was
 * stopped for a while, no worker has to be replaced.
 */
export class HangWatch {
  readonly #board: Pick<Board, "beats">;
  #beats = 0;
  #missed = 0;

  constructor(board: Pick<Board, "beats">) {
    this.#board = board;
  }

  /** To be called about once a second; whether the worker hangs. */
  check(): boolean {
    const { beats } = this.#board;
    this.#missed = beats === this.#beats ? this.#missed + 1 : 0;
    this.#beats = beats;
    return this.#missed >= (beats === 0 ? MAX_MISSED_AT_START : MAX_MISSED);
  }
}
