import type { Document } from "../../codec/bson_types.ts";
import { AbstractCursor } from "./abstract_cursor.ts";
import type { CursorPlan } from "./cursor_source.ts";

/** A cursor that a command opens of which there is nothing to be said afterwards, such as `listIndexes`. */
export class CommandCursor<TSchema = Document> extends AbstractCursor<TSchema> {
  readonly #plan: () => CursorPlan;

  /**
   * Clients, databases and collections make cursors; `plan` is called when it is first used, and after a rewind.
   *
   * @internal
   */
  constructor(plan: () => CursorPlan) {
    super();
    this.#plan = plan;
  }

  /** A cursor that is told the same, and has not been used. */
  clone(): CommandCursor<TSchema> {
    const clone = new CommandCursor<TSchema>(this.#plan);
    this.copyTransform(clone);
    return clone;
  }

  /**
   * How the cursor is opened.
   *
   * @internal
   */
  protected override plan(): CursorPlan {
    return this.#plan();
  }
}

/** Descriptions of indexes. */
export type ListIndexesCursor = CommandCursor<Document>;
