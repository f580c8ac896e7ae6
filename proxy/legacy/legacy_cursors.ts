import type { LegacyReply } from "../../codec/legacy/legacy_reply.ts";
import type { CursorPin } from "../pins/cursor_pins.ts";
import type { Pins } from "../pins/pins.ts";

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

  /** Counts the documents of a query's reply, if a cursor on `namespace` stays open after it. */
  opened(pins: Pins, namespace: string, { cursorId, returned }: LegacyReply): void {
    const cursor = pins.cursors.find({ id: cursorId, namespace, session: null });
    if (cursor !== null) this.add(cursor, returned);
  }

  /** Counts the documents of another reply. */
  add(cursor: CursorPin, documents: number): void {
    this.#returned.set(cursor, this.returned(cursor) + documents);
  }
}
