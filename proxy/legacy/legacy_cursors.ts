import type { CursorPin } from "../pins/cursor_pins.ts";

/**
 * How many documents of each open cursor old clients have been given: OP_REPLY tells it (`startingFrom`), the reply to
 * `getMore` does not. Lives as long as what is known of the cursor.
 */
export class LegacyCursors {
  readonly #returned = new WeakMap<CursorPin, number>();

  /** 0 for a cursor that no old operation opened. */
  returned(cursor: CursorPin): number {
    return this.#returned.get(cursor) ?? 0;
  }

  /** Counts the documents of another reply. */
  add(cursor: CursorPin, documents: number): void {
    this.#returned.set(cursor, this.returned(cursor) + documents);
  }
}
