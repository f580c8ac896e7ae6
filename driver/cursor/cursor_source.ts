import type { Document } from "../../codec/bson_types.ts";
import type { BSONSerializeOptions } from "../bson_options.ts";
import type { NextBatch, OpenedCursor } from "../crud/cursor_reply.ts";
import type { CursorTimeoutMode } from "../crud/find.ts";
import { getMore, type GetMoreOptions, killCursor, type ServerCursor } from "../crud/get_more.ts";
import { sharedLimits } from "../crud/shared_limits.ts";
import { MongoNetworkError, MongoServerError } from "../error.ts";
import type { MongoClient } from "../mongo_client.ts";
import { executeOperation, type ExecuteOptions } from "../operation/execute_operation.ts";
import type { Operation } from "../operation/operation.ts";
import { ClientSession } from "../session/client_session.ts";
import { MongoCursorExhaustedError } from "./cursor_error.ts";

/** What a {@linkcode CursorSource} is made with. */
export interface CursorPlan {
  readonly client: MongoClient;
  /** The session that the user gave; `null` for one of the cursor's own. */
  readonly session: ClientSession | null;
  readonly bson: BSONSerializeOptions;
  readonly limits: ExecuteOptions;
  /** What `timeoutMS` limits. */
  readonly timeoutMode: CursorTimeoutMode;
  /** Whether the cursor stays at the end of a collection. @default {false} */
  readonly isTailable?: boolean;
  /** What limits the next command, where `timeoutMode` does not say it. */
  nextLimits?(): ExecuteOptions;
  /** The operation that opens the cursor, in `session`. */
  open(session: ClientSession): Operation<OpenedCursor>;
  /** The operation that fetches a further batch. @default {getMore} */
  more?(cursor: ServerCursor, options: GetMoreOptions): Operation<NextBatch>;
  /** How many documents to ask for when so many have come; 0 leaves it to the server, `null` means enough have. */
  batchSize(received: number): number | null;
  /** Milliseconds that the server may wait for more. */
  readonly maxAwaitTimeMS: number | undefined;
  readonly comment: unknown;
}

type SourceState =
  | { readonly kind: "new" }
  | { readonly kind: "open"; readonly cursor: ServerCursor }
  | { readonly kind: "done" }
  | { readonly kind: "closed" };

const DONE: SourceState = { kind: "done" };
const CLOSED: SourceState = { kind: "closed" };
/** CursorNotFound, ShutdownInProgress, InterruptedAtShutdown. */
const GONE_CODES: ReadonlySet<number> = new Set([43, 91, 11600]);

/**
 * A cursor at a server, from the command that opens it to its end: gives batches, and gives back whatever it held as
 * soon as nothing more can come.
 */
export class CursorSource implements AsyncDisposable {
  readonly #plan: CursorPlan;
  readonly #session: ClientSession;
  #nextLimits: () => ExecuteOptions;
  /** Of a cursor whose server may wait, for a second if not told otherwise, also after the cursor was killed. */
  readonly #ending: AbortController | null;
  #waitSignal: AbortSignal | null = null;
  #state: SourceState = { kind: "new" };
  #received = 0;
  #fetching: Promise<Document[]> | null = null;
  #closing: Promise<void> | null = null;

  /** Takes its session now; nothing is sent. */
  constructor(plan: CursorPlan) {
    this.#plan = plan;
    // Before its session, so that a client that closes lets the cursor go first.
    plan.client.core.open.add(this);
    this.#session = plan.session ?? new ClientSession(plan.client, plan.client.core, {}, false);
    this.#nextLimits = limitsOf(plan);
    this.#ending = plan.isTailable || plan.maxAwaitTimeMS !== undefined ? new AbortController() : null;
  }

  /** Whether everything has come. */
  get isDone(): boolean {
    return this.#state.kind === "done";
  }

  /** Whether it was closed before everything had come. */
  get isClosed(): boolean {
    return this.#state.kind === "closed";
  }

  /** The cursor at the server; `null` before it is open and once it is done. */
  get cursor(): ServerCursor | null {
    return this.#state.kind === "open" ? this.#state.cursor : null;
  }

  /** The session that the cursor's commands are part of. */
  get session(): ClientSession {
    return this.#session;
  }

  /**
   * Gives the next batch, which may be empty; who asks meanwhile waits for the same. To be called neither once it is
   * done nor once it is closed.
   */
  nextBatch(): Promise<Document[]> {
    return this.#fetching ??= this.#fetch().finally(() => this.#fetching = null);
  }

  /** Gives the batches that follow the whole time again, where `timeoutMS` is that of a call and not of the cursor. */
  beginCall(): void {
    const { timeoutMode, nextLimits, limits } = this.#plan;
    if (timeoutMode === "iteration" && nextLimits === undefined) this.#nextLimits = sharedLimits(limits);
  }

  /**
   * Closes the cursor at the server if it is open, within `timeoutMS`, and gives everything back. Does not reject.
   */
  close(timeoutMS?: number): Promise<void> {
    return this.#closing ??= this.#close(timeoutMS);
  }

  /** The same as {@linkcode close}. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #fetch(): Promise<Document[]> {
    try {
      const state = this.#state;
      const documents = state.kind === "open" ? await this.#more(state.cursor) : await this.#open();
      this.#received += documents.length;
      if (this.isDone || this.#plan.batchSize(this.#received) === null) await this.#release(DONE);
      return documents;
    } catch (error) {
      if (isGone(error)) this.#leave();
      await this.#release(CLOSED);
      throw error;
    }
  }

  async #open(): Promise<Document[]> {
    const { client, bson } = this.#plan;
    const session = this.#session;
    const opened = await executeOperation(client.core, this.#opening(session), this.#nextLimits());
    const { id, documents, ...place } = opened;
    const cursor = { ...place, id, session, bson };
    // Closed meanwhile, it is known here only.
    if (this.isClosed) await this.#kill(cursor);
    else this.#state = id.isZero() ? DONE : { kind: "open", cursor };
    return documents;
  }

  /** The server would apply the time for one batch to the whole cursor. */
  #opening(session: ClientSession): Operation<OpenedCursor> {
    const { timeoutMode, isTailable = false } = this.#plan;
    const operation = this.#plan.open(session);
    return timeoutMode === "iteration" && !isTailable ? { ...operation, omitMaxTimeMS: true } : operation;
  }

  async #more(cursor: ServerCursor): Promise<Document[]> {
    const { client, comment, more = getMore } = this.#plan;
    const limits = this.#waitLimits();
    const batchSize = this.#plan.batchSize(this.#received) ?? 0;
    const operation = more(cursor, { batchSize, maxAwaitTimeMS: this.#awaitTimeMS(limits), comment });
    const { id, documents } = await executeOperation(client.core, operation, limits);
    if (id.isZero()) this.#leave();
    return documents;
  }

  /** No longer than there is time. */
  #awaitTimeMS({ timeoutMS = 0 }: ExecuteOptions): number | undefined {
    const { maxAwaitTimeMS } = this.#plan;
    if (maxAwaitTimeMS === undefined || timeoutMS === 0) return maxAwaitTimeMS;
    return Math.max(1, Math.min(maxAwaitTimeMS, Math.floor(timeoutMS)));
  }

  #waitLimits(): ExecuteOptions {
    const limits = this.#nextLimits();
    if (this.#ending === null) return limits;
    const { signal } = this.#ending;
    // Made once, since the user's signal keeps track of each that is made of it.
    this.#waitSignal ??= limits.signal === undefined ? signal : AbortSignal.any([limits.signal, signal]);
    return { ...limits, signal: this.#waitSignal };
  }

  async #close(timeoutMS: number | undefined): Promise<void> {
    const cursor = this.cursor;
    this.#state = CLOSED;
    if (cursor !== null) await this.#kill(cursor, timeoutMS);
    this.#ending?.abort(new MongoCursorExhaustedError("The cursor was closed before its end"));
    // What is under way fails now, or opens a cursor that has to be closed in the same session.
    await this.#fetching?.catch(() => {});
    await this.#release(CLOSED);
  }

  async #release(state: SourceState): Promise<void> {
    const cursor = this.cursor;
    if (!this.isClosed) this.#state = state;
    if (cursor !== null) await this.#kill(cursor);
    const { client, session } = this.#plan;
    client.core.open.delete(this);
    if (session === null) await this.#session.endSession();
  }

  /** Lets go of a cursor that is not at the server any more. */
  #leave(): void {
    this.cursor?.pinned?.release();
    this.#state = DONE;
  }

  async #kill(cursor: ServerCursor, timeoutMS = this.#plan.limits.timeoutMS): Promise<void> {
    try {
      if (!cursor.id.isZero()) {
        await executeOperation(this.#plan.client.core, killCursor(cursor), { timeoutMS });
      }
    } catch {
      // The server closes it in the end, and nobody can do anything about it here.
    } finally {
      cursor.pinned?.release();
    }
  }
}

function limitsOf(plan: CursorPlan): () => ExecuteOptions {
  return plan.nextLimits ?? sharedLimits(plan.limits);
}

/** Whether a failure means that there is no cursor to be closed, or nobody who could be told. */
function isGone(error: unknown): boolean {
  return error instanceof MongoNetworkError || (error instanceof MongoServerError && GONE_CODES.has(error.code));
}
