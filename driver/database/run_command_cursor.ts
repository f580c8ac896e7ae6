import type { Document } from "../../codec/bson_types.ts";
import { openedCursor } from "../crud/cursor_reply.ts";
import type { CursorTimeoutMode } from "../crud/find.ts";
import { AbstractCursor } from "../cursor/abstract_cursor.ts";
import type { CursorPlan } from "../cursor/cursor_source.ts";
import { MongoAPIError } from "../error.ts";
import type { Db } from "../db.ts";
import { operationTimeout } from "../operation/operation_settings.ts";
import { commandOperation, type RunCommandOptions } from "../operation/run_command.ts";

/** Options of `runCursorCommand`. */
export interface RunCursorCommandOptions extends RunCommandOptions {
  /** What `timeoutMS` limits: the whole cursor, or each batch. @default {"cursorLifetime"} */
  readonly timeoutMode?: CursorTimeoutMode;
}

/** What a command gives that opens a cursor, whatever command it is. */
export class RunCommandCursor<TSchema = Document> extends AbstractCursor<TSchema> {
  /** The command that opens the cursor. */
  readonly command: Readonly<Document>;
  readonly #db: Db;
  readonly #options: RunCursorCommandOptions;
  #batchSize = 0;
  #maxAwaitTimeMS: number | undefined;
  #comment: unknown;

  /**
   * `Db.runCursorCommand` makes cursors.
   *
   * @internal
   */
  constructor(db: Db, command: Document, options: RunCursorCommandOptions) {
    super();
    this.#db = db;
    this.command = { ...command };
    this.#options = options;
  }

  /** Sets what the server's logs and profiles say of each `getMore`. */
  setComment(comment: unknown): this {
    this.#comment = comment;
    return this;
  }

  /** Sets how long the server waits for what comes in each `getMore`, in milliseconds. */
  setMaxTimeMS(maxTimeMS: number): this {
    this.#maxAwaitTimeMS = maxTimeMS;
    return this;
  }

  /** Sets how many documents each `getMore` asks for. */
  setBatchSize(batchSize: number): this {
    this.#batchSize = batchSize;
    return this;
  }

  /** Throws `MongoAPIError`: a command may be one that must not run twice. */
  clone(): never {
    throw new MongoAPIError("Clone not supported, create a new cursor with db.runCursorCommand");
  }

  /**
   * How the cursor is opened.
   *
   * @internal
   */
  protected override plan(): CursorPlan {
    const { client, settings } = this.#db;
    const { signal, session, timeoutMode } = this.#options;
    const timeoutMS = operationTimeout(this.#options.timeoutMS, session, settings.timeoutMS);
    const command = commandOperation(this.#db, this.command, this.#options);
    return {
      client,
      session: session ?? null,
      bson: command.bson ?? {},
      limits: { signal, timeoutMS },
      timeoutMode: timeoutMode ?? "cursorLifetime",
      open: (own) => ({ ...command, session: own, result: openedCursor }),
      batchSize: () => this.#batchSize,
      maxAwaitTimeMS: this.#maxAwaitTimeMS,
      comment: this.#comment,
    };
  }
}
