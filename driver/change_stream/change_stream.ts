import type { Document } from "../../codec/bson_types.ts";
import { type CollectionScope, operationSettings } from "../crud/collection_scope.ts";
import { sharedLimits } from "../crud/shared_limits.ts";
import type { ClientEventListener } from "../monitoring/event_hub.ts";
import type { ExecuteOptions } from "../operation/execute_operation.ts";
import { type ChangeBatch, ChangeFeed } from "./change_feed.ts";
import type { ChangeStreamDocument } from "./change_stream_document.ts";
import { MongoChangeStreamError } from "./change_stream_error.ts";
import { ChangeStreamEmitter, type ChangeStreamEvents } from "./change_stream_emitter.ts";
import { type ChangeStreamOptions, checkWaits, type ResumeToken } from "./change_stream_options.ts";
import { ResumePoint } from "./resume_point.ts";

const NOTHING: ChangeBatch = { changes: [], postBatchResumeToken: null };

/**
 * The changes of a collection, a database or a deployment, from the moment on that the server is first asked for them.
 * `watch` of each of these makes it, and is better than an aggregation with `$changeStream`: after a lost connection or
 * an election it goes on where it was, without losing or repeating a change.
 *
 * It asks the server when it is first asked for something, and ends after a change `invalidate`. Whatever else ends it
 * rejects, and closes it; except `MongoOperationTimeoutError`, after which it may be asked again. If that comes before
 * any change did, it is better closed and made with a larger `timeoutMS`: the server does not get through what there is.
 *
 * A stream is either iterated, or tells listeners of its changes ({@linkcode ChangeStream.on}).
 *
 * To go on with a later stream, keep {@linkcode ChangeStream.resumeToken} after each change, and after each
 * {@linkcode ChangeStream.tryNext} that gives `null`: it moves on even if nothing comes.
 *
 * @example
 * ```ts ignore
 * await using changes = people.watch([{ $match: { operationType: "insert" } }], { resumeAfter: saved });
 * for await (const change of changes) {
 *   console.log(change._id, changes.resumeToken);
 * }
 * ```
 */
export class ChangeStream<TSchema = Document, TChange = ChangeStreamDocument<TSchema>> implements AsyncDisposable {
  /** The stages that follow `$changeStream`. */
  readonly pipeline: readonly Document[];
  /** What the stream was told. */
  readonly options: ChangeStreamOptions;
  readonly #feed: ChangeFeed;
  readonly #point: ResumePoint;
  readonly #emitter: ChangeStreamEmitter<TChange>;
  #batch = NOTHING;
  #position = 0;

  /**
   * `Collection.watch`, `Db.watch` and `MongoClient.watch` make streams. Throws `MongoInvalidArgumentError` if
   * `maxAwaitTimeMS` is not less than `timeoutMS`.
   *
   * @internal
   */
  constructor(scope: CollectionScope, stages: readonly Document[], options: ChangeStreamOptions, isCluster = false) {
    checkWaits(options.maxAwaitTimeMS, operationSettings(scope, options).timeoutMS);
    this.pipeline = [...stages];
    this.options = options;
    this.#point = new ResumePoint(options);
    this.#feed = new ChangeFeed({
      scope,
      isCluster,
      stages: this.pipeline,
      // Tokens have to be read.
      options: { ...options, raw: false },
      point: this.#point,
    });
    this.#emitter = new ChangeStreamEmitter({
      point: this.#point,
      take: () => this.#tryAdvance(),
      close: () => this.close(),
    });
  }

  /** What a stream that goes on after the last change is to be told; `undefined` while that is not known. */
  get resumeToken(): ResumeToken | undefined {
    return this.#point.token ?? undefined;
  }

  /** Whether the stream was closed, or has nothing more. */
  get closed(): boolean {
    return this.#feed.isOver && this.#isDrained;
  }

  /** How many changes can be had without asking the server. */
  bufferedCount(): number {
    return this.#batch.changes.length - this.#position;
  }

  /** The next change, waited for as long as it takes. Rejects with `MongoChangeStreamError` if there can be none. */
  async next(): Promise<TChange> {
    this.#emitter.onIteration();
    const change = await this.#advance();
    if (change === null) throw closedError();
    return change;
  }

  /**
   * The next change if one is there, or comes while the server waits once; `null` otherwise. Rejects with
   * `MongoChangeStreamError` if there can be none.
   */
  async tryNext(): Promise<TChange | null> {
    this.#emitter.onIteration();
    const change = await this.#tryAdvance();
    if (change === undefined) throw closedError();
    return change;
  }

  /** Says whether there is a next change, waiting until that is known. */
  async hasNext(): Promise<boolean> {
    this.#emitter.onIteration();
    const limits = sharedLimits(this.#feed.limits);
    while (this.#isDrained) if (!await this.#fetch(limits)) return false;
    return true;
  }

  /** The changes to come, until the stream ends or is closed; leaving the loop closes it. */
  async *[Symbol.asyncIterator](): AsyncGenerator<TChange, void, void> {
    this.#emitter.onIteration();
    try {
      for (let change = await this.#advance(); change !== null; change = await this.#advance()) yield change;
    } finally {
      await this.close();
    }
  }

  /** The changes to come as a stream; cancelling it closes the change stream. */
  stream(): ReadableStream<TChange> {
    return ReadableStream.from<TChange>(this);
  }

  /**
   * Adds a listener. The first for `change` has the stream ask for changes by itself, until it is closed; it cannot be
   * iterated then. Throws `MongoAPIError` if it was iterated before.
   */
  on<Name extends keyof ChangeStreamEvents<TChange>>(
    name: Name,
    listener: ClientEventListener<ChangeStreamEvents<TChange>[Name]>,
  ): this {
    this.#emitter.on(name, listener, false);
    return this;
  }

  /** Adds a listener for the next event of that name; else the same as {@linkcode ChangeStream.on}. */
  once<Name extends keyof ChangeStreamEvents<TChange>>(
    name: Name,
    listener: ClientEventListener<ChangeStreamEvents<TChange>[Name]>,
  ): this {
    this.#emitter.on(name, listener, true);
    return this;
  }

  /** Takes a listener away. */
  off<Name extends keyof ChangeStreamEvents<TChange>>(
    name: Name,
    listener: ClientEventListener<ChangeStreamEvents<TChange>[Name]>,
  ): this {
    this.#emitter.off(name, listener);
    return this;
  }

  /** Closes the stream, also at the server; what waits for a change rejects, and a loop ends. Does not reject. */
  async close(): Promise<void> {
    this.#batch = NOTHING;
    this.#position = 0;
    await this.#feed.close();
  }

  /** The same as {@linkcode ChangeStream.close}. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /**
   * Has the server begin now, and gives nothing; does nothing once it has.
   *
   * @internal
   */
  async open(): Promise<void> {
    if (this.#isDrained) await this.#fetch(sharedLimits(this.#feed.limits), true);
  }

  get #isDrained(): boolean {
    return this.#position >= this.#batch.changes.length;
  }

  /** The next change; `null` if there can be none. */
  async #advance(): Promise<TChange | null> {
    const limits = sharedLimits(this.#feed.limits);
    while (this.#isDrained) if (!await this.#fetch(limits)) return null;
    return this.#take();
  }

  /** The next change, `null` if none came with the next batch; `undefined` if there can be none. */
  async #tryAdvance(): Promise<TChange | null | undefined> {
    if (this.#isDrained && !await this.#fetch(sharedLimits(this.#feed.limits))) return undefined;
    return this.#isDrained ? null : this.#take();
  }

  /** Fetches a batch, which may be empty; `false` if there can be none. */
  async #fetch(limits: () => ExecuteOptions, isOpening = false): Promise<boolean> {
    const batch = await this.#feed.fetch(limits, isOpening);
    if (batch === null || this.#feed.isClosed) return false;
    // Others may have waited for the same.
    if (batch !== this.#batch) {
      this.#batch = batch;
      this.#position = 0;
    }
    return true;
  }

  async #take(): Promise<TChange> {
    if (this.options.signal?.aborted) await this.close();
    this.options.signal?.throwIfAborted();
    const { changes, postBatchResumeToken } = this.#batch;
    const change = changes[this.#position++]!;
    const isLast = this.#position === changes.length;
    if (change._id === undefined || change._id === null) {
      await this.close();
      throw new MongoChangeStreamError("Cannot provide resume functionality when the resume token is missing");
    }
    this.#point.onChange(isLast && postBatchResumeToken !== null ? postBatchResumeToken : change._id);
    return change as TChange;
  }
}

function closedError(): MongoChangeStreamError {
  return new MongoChangeStreamError("ChangeStream is closed");
}
