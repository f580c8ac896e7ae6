import type { Document } from "../../codec/bson_types.ts";
import { type CollectionScope, operationSettings } from "../crud/collection_scope.ts";
import { count, type CountOptions } from "../crud/count.ts";
import type { CollationOptions, ExplainCommandOptions, ExplainVerbosityLike, Hint } from "../crud/crud_options.ts";
import { explainFind, find, type FindOptions } from "../crud/find.ts";
import { sortDocument } from "../crud/sort_document.ts";
import { MongoInvalidArgumentError } from "../error.ts";
import { executeOperation } from "../operation/execute_operation.ts";
import type { Sort, SortDirection } from "../types/sort.ts";
import type { ReadConcernLike } from "../read_concern.ts";
import type { ReadPreferenceLike } from "../operation/operation_settings.ts";
import { AbstractCursor } from "./abstract_cursor.ts";
import { MongoTailableCursorError } from "./cursor_error.ts";
import type { CursorPlan } from "./cursor_source.ts";
import { timeoutModeOf } from "./timeout_mode.ts";

/** Flags of a query that {@linkcode FindCursor.addCursorFlag} sets. */
export type CursorFlag = "tailable" | "oplogReplay" | "noCursorTimeout" | "awaitData" | "partial";

/** The documents that satisfy a filter. */
export class FindCursor<TSchema = Document> extends AbstractCursor<TSchema> {
  readonly #scope: CollectionScope;
  #filter: Document;
  #options: FindOptions;

  /**
   * `Collection.find` makes cursors.
   *
   * @internal
   */
  constructor(scope: CollectionScope, filter: Document, options: FindOptions) {
    super();
    this.#scope = scope;
    this.#filter = filter;
    this.#options = options;
  }

  /** Where the documents are, as `database.collection`. */
  get namespace(): string {
    return `${this.#scope.database}.${this.#scope.collection}`;
  }

  /** A cursor that is told the same, and has not been used. */
  clone(): FindCursor<TSchema> {
    const clone = new FindCursor<TSchema>(this.#scope, this.#filter, this.#options);
    this.copyTransform(clone);
    return clone;
  }

  /** Makes something else of each document before it is given; after what was asked for so before. */
  override map<Mapped>(transform: (document: TSchema) => Mapped): FindCursor<Mapped> {
    return super.map(transform) as unknown as FindCursor<Mapped>;
  }

  /** Counts what satisfies the filter, with the cursor's `skip`, `limit` and `hint`. */
  count(options: CountOptions = {}): Promise<number> {
    const { skip, limit, hint, collation, session, signal, maxTimeMS, readConcern, readPreference } = this.#options;
    const own = { skip, limit, hint, collation, session, signal, maxTimeMS, readConcern, readPreference };
    const merged = { ...defined(own), ...options };
    return executeOperation(this.#scope.client.core, count(this.#scope, this.#filter, merged), this.#limits());
  }

  /** Gives the server's plan for the query. */
  explain(verbosity: ExplainVerbosityLike | ExplainCommandOptions = true): Promise<Document> {
    const operation = explainFind(this.#scope, this.#filter, this.#options, verbosity);
    return executeOperation(this.#scope.client.core, operation, this.#limits());
  }

  /** Sets the filter. */
  filter(filter: Document): this {
    this.checkUnused();
    this.#filter = filter;
    return this;
  }

  /** Sets what comes first; throws `MongoTailableCursorError` for a tailable cursor, which has an order already. */
  sort(sort: Sort, direction?: SortDirection): this {
    if (this.#options.tailable) throw new MongoTailableCursorError("Tailable cursors do not support sorting");
    return this.#set({ sort: sortDocument(sort, direction) });
  }

  /** Sets which fields to give. */
  project<Projected = Document>(projection: Document): FindCursor<Projected> {
    return this.#set({ projection }) as unknown as FindCursor<Projected>;
  }

  /** Sets how many documents to leave out at the beginning. */
  skip(skip: number): this {
    this.#checkNotTailable("skip");
    return this.#set({ skip: integer("skip", skip) });
  }

  /** Sets how many documents to give at most; 0 means all. */
  limit(limit: number): this {
    this.#checkNotTailable("limit");
    return this.#set({ limit: integer("limit", limit) });
  }

  /** Sets how many documents the server gives at once; 0 leaves it to the server. */
  batchSize(batchSize: number): this {
    this.#checkNotTailable("batchSize");
    return this.#set({ batchSize: integer("batchSize", batchSize) });
  }

  /** Sets the index to use. */
  hint(hint: Hint): this {
    return this.#set({ hint });
  }

  /** Sets the lower bound of the index, included. */
  min(min: Document): this {
    return this.#set({ min });
  }

  /** Sets the upper bound of the index, excluded. */
  max(max: Document): this {
    return this.#set({ max });
  }

  /** Gives the keys of the index in place of the documents. */
  returnKey(returnKey: boolean): this {
    return this.#set({ returnKey });
  }

  /** Gives each document's record id, too. */
  showRecordId(showRecordId: boolean): this {
    return this.#set({ showRecordId });
  }

  /** Sets what the server's logs and profiles say of the query. */
  comment(comment: unknown): this {
    return this.#set({ comment });
  }

  /** Sets how long the server may work on the query, in milliseconds. */
  maxTimeMS(maxTimeMS: number): this {
    return this.#set({ maxTimeMS: integer("maxTimeMS", maxTimeMS) });
  }

  /** Sets how long the server waits for what comes, in milliseconds. */
  maxAwaitTimeMS(maxAwaitTimeMS: number): this {
    return this.#set({ maxAwaitTimeMS: integer("maxAwaitTimeMS", maxAwaitTimeMS) });
  }

  /** Lets the server sort on disk; throws `MongoInvalidArgumentError` where nothing is sorted. */
  allowDiskUse(allowDiskUse = true): this {
    if (this.#options.sort === undefined) {
      throw new MongoInvalidArgumentError('Option "allowDiskUse" requires a sort specification');
    }
    return this.#set({ allowDiskUse });
  }

  /** Sets how texts are compared. */
  collation(collation: CollationOptions): this {
    return this.#set({ collation });
  }

  /** Sets which servers the query goes to. */
  withReadPreference(readPreference: ReadPreferenceLike): this {
    return this.#set({ readPreference });
  }

  /** Sets how consistent what is read has to be. */
  withReadConcern(readConcern: ReadConcernLike): this {
    return this.#set({ readConcern });
  }

  /** Sets a flag of the query. */
  addCursorFlag(flag: CursorFlag, value: boolean): this {
    return this.#set({ [flag === "partial" ? "allowPartialResults" : flag]: value });
  }

  /**
   * How the cursor is opened.
   *
   * @internal
   */
  protected override plan(): CursorPlan {
    const scope = this.#scope;
    const filter = this.#filter;
    const options = this.#options;
    const { limit = 0, tailable = false, awaitData = false } = options;
    const settings = operationSettings(scope, options);
    const awaitTimeMS = tailable && awaitData ? options.maxAwaitTimeMS : undefined;
    return {
      client: scope.client,
      session: options.session ?? null,
      bson: settings.bson,
      limits: this.#limits(),
      timeoutMode: timeoutModeOf({
        timeoutMode: options.timeoutMode,
        timeoutMS: settings.timeoutMS,
        isTailable: tailable,
        maxAwaitTimeMS: awaitTimeMS,
      }),
      isTailable: tailable,
      open: (session) => find(scope, filter, { ...options, session }),
      batchSize: (received) => nextBatchSize(Math.abs(limit), options.batchSize ?? 0, received),
      maxAwaitTimeMS: awaitTimeMS,
      comment: options.comment,
    };
  }

  #limits() {
    const { signal } = this.#options;
    return { signal, timeoutMS: operationSettings(this.#scope, this.#options).timeoutMS };
  }

  #set(options: FindOptions): this {
    this.checkUnused();
    this.#options = { ...this.#options, ...options };
    return this;
  }

  #checkNotTailable(what: string): void {
    if (this.#options.tailable) throw new MongoTailableCursorError(`Tailable cursors do not support ${what}`);
  }
}

/** How many documents to ask for; `null` if the limit is reached. */
function nextBatchSize(limit: number, batchSize: number, received: number): number | null {
  if (limit === 0) return Math.abs(batchSize);
  const left = limit - received;
  if (left <= 0) return null;
  return batchSize === 0 ? left : Math.min(Math.abs(batchSize), left);
}

function integer(name: string, value: number): number {
  if (Number.isSafeInteger(value)) return value;
  throw new MongoInvalidArgumentError(`Option "${name}" must be an integer, not ${value}`);
}

function defined(options: { [Name in keyof CountOptions]: CountOptions[Name] | undefined }): CountOptions {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}
