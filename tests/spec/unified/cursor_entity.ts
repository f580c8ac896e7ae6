import type { DriverObject } from "./driver_interface.ts";

/** A find cursor, command cursor or change stream that a case iterates. */
export class CursorEntity {
  readonly #cursor: DriverObject;

  constructor(cursor: DriverObject) {
    this.#cursor = cursor;
  }

  /** Goes on until there is a document; a cursor that ends gives null. */
  next(): Promise<unknown> {
    return this.#cursor.next();
  }

  /** Asks the server at most once; null where there is nothing yet. */
  tryNext(): Promise<unknown> {
    return this.#cursor.tryNext();
  }

  /** Drivers differ in what becomes of an error here. */
  async close(options?: unknown): Promise<void> {
    await this.#cursor.close(options).catch(() => {});
  }
}
