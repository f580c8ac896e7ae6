import type { Document } from "../../codec/bson_types.ts";
import { MongoInvalidArgumentError } from "../error.ts";
import { type CursorPlan, CursorSource } from "./cursor_source.ts";
import { MongoCursorExhaustedError, MongoCursorInUseError } from "./cursor_error.ts";

type CursorState =
  | { readonly kind: "new" }
  | { readonly kind: "running"; readonly source: CursorSource }
  | { readonly kind: "exhausted" }
  | { readonly kind: "closed" };

const NEW: CursorState = { kind: "new" };
const EXHAUSTED: CursorState = { kind: "exhausted" };
const CLOSED: CursorState = { kind: "closed" };

/**
 * What all cursors can do: give their documents one by one or all together, fetched from the server in batches. A cursor
 * sends its command when it is first asked for something. It closes itself at its end, when something goes wrong, and
 * when a loop over it is left; one that is left in another way is to be closed.
 */
export abstract class AbstractCursor<TSchema = Document> implements AsyncDisposable {
  #state: CursorState = NEW;
  #batch: Document[] = [];
  #position = 0;
  /** The user's, known once the cursor is in use. */
  #signal: AbortSignal | undefined;
  #transform: ((document: unknown) => unknown) | null = null;

  /** Whether the cursor was closed, or has nothing more. */
  get closed(): boolean {
    return this.#state.kind === "exhausted" || this.#state.kind === "closed";
  }

  /** The server's number of the cursor; `undefined` while it is not open there. */
  get id(): bigint | undefined {
    return this.#state.kind === "running" ? this.#state.source.cursor?.id.toBigInt() : undefined;
  }

  /** How many documents can be had without asking the server. */
  bufferedCount(): number {
    return this.#batch.length - this.#position;
  }

  /** Takes documents that can be had without asking the server, all of them or `count` at most. */
  readBufferedDocuments(count: number = this.bufferedCount()): TSchema[] {
    const taken = this.#batch.slice(this.#position, this.#position + count);
    this.#position += taken.length;
    return this.#transformed(taken);
  }

  /** The next document, waited for as long as it takes; `null` at the end. */
  async next(): Promise<TSchema | null> {
    this.#beginCall();
    while (this.#isDrained) if (!await this.#fetch()) return null;
    return this.#take();
  }

  /** The next document if one is there or comes with the next batch; `null` otherwise. */
  async tryNext(): Promise<TSchema | null> {
    this.#beginCall();
    if (this.#isDrained) await this.#fetch();
    return this.#isDrained ? null : this.#take();
  }

  /** Says whether there is a next document, waiting until that is known. */
  async hasNext(): Promise<boolean> {
    this.#beginCall();
    while (this.#isDrained) if (!await this.#fetch()) return false;
    return true;
  }

  /** All documents that are left. */
  async toArray(): Promise<TSchema[]> {
    const documents = this.readBufferedDocuments();
    while (await this.#fetch()) {
      const batch = this.readBufferedDocuments();
      for (let i = 0; i < batch.length; i++) documents.push(batch[i]!);
      this.#beginCall();
    }
    return documents;
  }

  /** Calls `iterator` with each document that is left, until it gives `false`. */
  async forEach(iterator: (document: TSchema) => boolean | void): Promise<void> {
    for await (const document of this) if (iterator(document) === false) return;
  }

  /** The documents that are left; leaving the loop closes the cursor. */
  async *[Symbol.asyncIterator](): AsyncGenerator<TSchema, void, void> {
    try {
      do {
        while (!this.#isDrained) yield this.#take();
        this.#beginCall();
      } while (await this.#fetch());
    } finally {
      await this.close();
    }
  }

  /** The documents that are left as a stream; cancelling it closes the cursor. */
  stream(): ReadableStream<TSchema> {
    return ReadableStream.from<TSchema>(this);
  }

  /** Makes something else of each document before it is given; after what was asked for so before. */
  map<Mapped>(transform: (document: TSchema) => Mapped): AbstractCursor<Mapped> {
    this.checkUnused();
    const before = this.#transform;
    const after = transform as (document: unknown) => unknown;
    this.#transform = before === null ? after : (document) => after(before(document));
    return this as unknown as AbstractCursor<Mapped>;
  }

  /** Closes the cursor, also at the server, within `timeoutMS` if that is told; doing it again does nothing. */
  async close({ timeoutMS }: { readonly timeoutMS?: number } = {}): Promise<void> {
    const state = this.#state;
    if (state.kind === "exhausted" || state.kind === "closed") return;
    this.#state = CLOSED;
    this.#clear();
    if (state.kind === "running") await state.source.close(timeoutMS);
  }

  /** The same as {@linkcode AbstractCursor.close}. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Makes the cursor as if it had not been used: it sends its command again when it is next asked for something. */
  rewind(): void {
    const state = this.#state;
    this.#state = NEW;
    this.#clear();
    if (state.kind === "running") void state.source.close();
  }

  /**
   * How the cursor is opened, worked out when it is first used.
   *
   * @internal
   */
  protected abstract plan(): CursorPlan;

  /** Gives another cursor what {@linkcode map} was told here. */
  protected copyTransform(to: AbstractCursor<TSchema>): void {
    to.#transform = this.#transform;
  }

  /** Throws `MongoCursorInUseError` once the cursor is in use. */
  protected checkUnused(): void {
    if (this.#state.kind !== "new") throw new MongoCursorInUseError(`The cursor is ${this.#state.kind}, expected new`);
  }

  #beginCall(): void {
    if (this.#state.kind === "running") this.#state.source.beginCall();
  }

  get #isDrained(): boolean {
    return this.#position >= this.#batch.length;
  }

  #take(): TSchema {
    if (this.#signal?.aborted) this.#abort(this.#signal);
    const document = this.#batch[this.#position++];
    return this.#transform === null ? document as TSchema : this.#convert(document);
  }

  #transformed(documents: Document[]): TSchema[] {
    if (this.#transform === null) return documents as TSchema[];
    return documents.map((document) => this.#convert(document));
  }

  #convert(document: unknown): TSchema {
    const converted = this.#transform!(document);
    // `next` would seem to be at the end.
    if (converted !== null) return converted as TSchema;
    throw new MongoInvalidArgumentError("Cursor returned a `null` document, but the cursor is not exhausted");
  }

  /** Fetches a batch, which may be empty; `false` if there can be none. */
  async #fetch(): Promise<boolean> {
    const source = this.#source();
    if (source === null) return false;
    try {
      const batch = await source.nextBatch();
      if (this.#state.kind !== "running" || this.#state.source !== source) return this.#fetch();
      if (this.#batch !== batch) {
        this.#batch = batch;
        this.#position = 0;
      }
      return true;
    } catch (error) {
      if (this.#state.kind === "running" && this.#state.source === source) this.#state = CLOSED;
      throw error;
    }
  }

  /** Where a batch can be had; `null` at the end. */
  #source(): CursorSource | null {
    const state = this.#state;
    if (state.kind === "exhausted") return null;
    if (state.kind === "closed") throw new MongoCursorExhaustedError("The cursor was closed before its end");
    if (state.kind === "running") return this.#runningSource(state.source);
    const plan = this.plan();
    this.#signal = plan.limits.signal;
    const source = new CursorSource(plan);
    this.#state = { kind: "running", source };
    return source;
  }

  #runningSource(source: CursorSource): CursorSource | null {
    if (source.isClosed) {
      this.#state = CLOSED;
      return this.#source();
    }
    if (source.isDone) this.#state = EXHAUSTED;
    return source.isDone ? null : source;
  }

  /** Not for what is left in the batch either. */
  #abort(signal: AbortSignal): void {
    void this.close();
    signal.throwIfAborted();
  }

  #clear(): void {
    this.#batch = [];
    this.#position = 0;
  }
}
