import type { Document } from "../../codec/bson_types.ts";
import type { BSONSerializeOptions } from "../bson_options.ts";
import { aggregate } from "../crud/aggregate.ts";
import { type CollectionScope, operationSettings } from "../crud/collection_scope.ts";
import { type NextBatch, type OpenedCursor, openedCursor } from "../crud/cursor_reply.ts";
import { getMore, type GetMoreOptions, type ServerCursor } from "../crud/get_more.ts";
import { type CursorPlan, CursorSource } from "../cursor/cursor_source.ts";
import { MongoOperationTimeoutError } from "../error.ts";
import type { ExecuteOptions } from "../operation/execute_operation.ts";
import type { Operation } from "../operation/operation.ts";
import { ClientSession } from "../session/client_session.ts";
import { MongoChangeStreamError } from "./change_stream_error.ts";
import type { ChangeStreamOptions, ResumeToken } from "./change_stream_options.ts";
import { changeStreamPipeline } from "./change_stream_pipeline.ts";
import { isResumable } from "./resumable_error.ts";
import type { ResumePoint } from "./resume_point.ts";

/** What a {@linkcode ChangeFeed} is made with. */
export interface ChangeFeedPlan {
  /** What is watched; without a collection the database. */
  readonly scope: CollectionScope;
  /** Whether the whole deployment is watched; the scope is the database `admin` then. */
  readonly isCluster: boolean;
  readonly stages: readonly Document[];
  readonly options: ChangeStreamOptions & BSONSerializeOptions;
  /** Where to go on; whoever gives changes away moves it. */
  readonly point: ResumePoint;
}

/** Changes that came together. */
export interface ChangeBatch {
  readonly changes: readonly Document[];
  /** What to go on after once all of them were given; `null` where the server does not say. */
  readonly postBatchResumeToken: ResumeToken | null;
}

type FeedState =
  /** There is no cursor, or none any more; what is asked for next opens one. */
  | { readonly kind: "idle" }
  | { readonly kind: "open"; readonly source: CursorSource }
  /** The server has ended it. */
  | { readonly kind: "ended" }
  | { readonly kind: "closed" };

const IDLE: FeedState = { kind: "idle" };
const ENDED: FeedState = { kind: "ended" };
const CLOSED: FeedState = { kind: "closed" };

/** The cursors of a change stream, one after the other, in one session. */
export class ChangeFeed implements AsyncDisposable {
  readonly #plan: ChangeFeedPlan;
  readonly #limits: ExecuteOptions;
  /** Aborts what waits for a server when the feed is closed. */
  readonly #closed = new AbortController();
  #state: FeedState = IDLE;
  #session: ClientSession | null = null;
  #nextLimits: () => ExecuteOptions;
  #fetching: Promise<ChangeBatch | null> | null = null;
  #closing: Promise<void> | null = null;
  #maxWireVersion = 0;
  #postBatchResumeToken: ResumeToken | null = null;
  /** Whether a server may be opening a cursor now. */
  #isOpening = false;

  /** Nothing is sent, and nothing taken. */
  constructor(plan: ChangeFeedPlan) {
    const { signal } = plan.options;
    this.#plan = plan;
    this.#limits = {
      signal: signal === undefined ? this.#closed.signal : AbortSignal.any([signal, this.#closed.signal]),
      timeoutMS: operationSettings(plan.scope, plan.options).timeoutMS,
    };
    this.#nextLimits = () => this.#limits;
  }

  /** What limits the commands of one call of the user's. */
  get limits(): ExecuteOptions {
    return this.#limits;
  }

  /** Whether it was closed before its end. */
  get isClosed(): boolean {
    return this.#state.kind === "closed";
  }

  /** Whether nothing more can come. */
  get isOver(): boolean {
    return this.#state.kind === "ended" || this.isClosed;
  }

  /**
   * Gives the next batch, which may be empty, or `null` if nothing more can come. After a failure that change streams go
   * on after, a cursor is opened anew where the last one was left. Who asks meanwhile waits for the same batch.
   * With `isOpening` it does no more than to open a cursor where there is none.
   * Rejects with what made it impossible, and is closed then, unless the time was up: it may be asked again.
   */
  fetch(nextLimits: () => ExecuteOptions, isOpening = false): Promise<ChangeBatch | null> {
    return this.#fetching ??= this.#fetch(nextLimits, isOpening).finally(() => this.#fetching = null);
  }

  /** Ends what is under way, closes the cursor at its server, and gives everything back. Does not reject. */
  close(): Promise<void> {
    return this.#closing ??= this.#close();
  }

  /** The same as {@linkcode close}. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #fetch(nextLimits: () => ExecuteOptions, isOpening: boolean): Promise<ChangeBatch | null> {
    if (this.isOver) return null;
    this.#nextLimits = nextLimits;
    try {
      const changes = await this.#advance(isOpening);
      return this.isClosed ? null : { changes, postBatchResumeToken: this.#postBatchResumeToken };
    } catch (error) {
      if (this.isClosed) return null;
      if (!(error instanceof MongoOperationTimeoutError)) await this.#release(CLOSED);
      throw error;
    }
  }

  async #advance(isOpening: boolean): Promise<Document[]> {
    const opened = this.#state.kind === "idle" ? await this.#open() : [];
    if (opened.length > 0 || isOpening || this.#state.kind !== "open") return opened;
    try {
      return await this.#take(this.#state.source);
    } catch (error) {
      if (this.isClosed || !isResumable(error, this.#maxWireVersion)) throw error;
      return await this.#open();
    }
  }

  async #open(): Promise<Document[]> {
    const { client } = this.#plan.scope;
    // Before cursor and session, so that a client that closes finds the feed closed when they fail.
    client.core.open.add(this);
    const source = new CursorSource(this.#cursorPlan(this.#plan.point.stage));
    this.#state = { kind: "open", source };
    try {
      return await this.#take(source);
    } finally {
      this.#isOpening = false;
    }
  }

  /** A source that fails is closed already. */
  async #take(source: CursorSource): Promise<Document[]> {
    try {
      const changes = await source.nextBatch();
      if (source.isDone) await this.#release(ENDED);
      return changes;
    } catch (error) {
      if (!this.isClosed) this.#state = IDLE;
      throw error;
    }
  }

  async #close(): Promise<void> {
    const isUnreached = this.#state.kind === "open" && this.#state.source.cursor === null && !this.#isOpening;
    const released = this.#release(CLOSED);
    if (isUnreached) this.#closed.abort(new MongoChangeStreamError("ChangeStream is closed"));
    await released;
  }

  async #release(state: FeedState): Promise<void> {
    const before = this.#state;
    if (before.kind !== "ended") this.#state = state;
    if (before.kind === "open") await before.source.close();
    const { options, scope } = this.#plan;
    if (options.session === undefined) await this.#session?.endSession();
    scope.client.core.open.delete(this);
  }

  #cursorPlan(start: Document): CursorPlan {
    const { scope, isCluster, stages, options } = this.#plan;
    const { batchSize = 0, maxAwaitTimeMS, comment } = options;
    const session = this.#session ??= options.session ?? new ClientSession(scope.client, scope.client.core, {}, false);
    const pipeline = changeStreamPipeline(stages, options, start, isCluster);
    return {
      client: scope.client,
      session,
      bson: operationSettings(scope, options).bson,
      limits: { timeoutMS: this.#limits.timeoutMS },
      timeoutMode: "iteration",
      isTailable: true,
      nextLimits: () => this.#nextLimits(),
      open: () => this.#watched(aggregate(scope, pipeline, { ...options, session })),
      more: (cursor, more) => this.#fetched(cursor, more),
      batchSize: () => batchSize,
      maxAwaitTimeMS,
      comment,
    };
  }

  #watched(operation: Operation<OpenedCursor>): Operation<OpenedCursor> {
    return {
      ...operation,
      command: (facts) => {
        this.#isOpening = true;
        return operation.command(facts);
      },
      result: (reply, execution) => {
        this.#learn(reply, reply.cursor.firstBatch);
        return openedCursor(reply, execution);
      },
    };
  }

  #fetched(cursor: ServerCursor, options: GetMoreOptions): Operation<NextBatch> {
    const operation = getMore(cursor, options);
    return {
      ...operation,
      command: (facts) => {
        this.#maxWireVersion = facts.maxWireVersion;
        return operation.command(facts);
      },
      result: (reply, execution) => {
        this.#learn(reply, reply.cursor.nextBatch);
        return operation.result(reply, execution);
      },
    };
  }

  #learn({ cursor, operationTime = null }: Document, { length }: readonly Document[]): void {
    const { postBatchResumeToken = null } = cursor;
    this.#postBatchResumeToken = postBatchResumeToken;
    this.#plan.point.onReply({ isEmpty: length === 0, postBatchResumeToken, operationTime });
  }
}
