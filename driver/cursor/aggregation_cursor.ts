import type { Document } from "../../codec/bson_types.ts";
import { aggregate, type AggregateOptions, explainAggregate, isWriting } from "../crud/aggregate.ts";
import { type CollectionScope, operationSettings } from "../crud/collection_scope.ts";
import type { ExplainCommandOptions, ExplainVerbosityLike } from "../crud/crud_options.ts";
import { sortDocument } from "../crud/sort_document.ts";
import { MongoInvalidArgumentError } from "../error.ts";
import { executeOperation } from "../operation/execute_operation.ts";
import type { ReadPreferenceLike } from "../operation/operation_settings.ts";
import type { ReadConcernLike } from "../read_concern.ts";
import type { Sort } from "../types/sort.ts";
import { AbstractCursor } from "./abstract_cursor.ts";
import type { CursorPlan } from "./cursor_source.ts";
import { timeoutModeOf } from "./timeout_mode.ts";

/** What a pipeline makes of a collection or a database. */
export class AggregationCursor<TSchema = Document> extends AbstractCursor<TSchema> {
  readonly #scope: CollectionScope;
  #pipeline: readonly Document[];
  #options: AggregateOptions;

  /**
   * `Collection.aggregate` and `Db.aggregate` make cursors; `scope` of the latter has no collection.
   *
   * @internal
   */
  constructor(scope: CollectionScope, pipeline: readonly Document[], options: AggregateOptions) {
    super();
    this.#scope = scope;
    this.#pipeline = [...pipeline];
    this.#options = options;
  }

  /** The stages so far. */
  get pipeline(): readonly Document[] {
    return this.#pipeline;
  }

  /** Where the documents are, as `database.collection`, or the database alone. */
  get namespace(): string {
    const { database, collection } = this.#scope;
    return collection === null ? database : `${database}.${collection}`;
  }

  /** A cursor that is told the same, and has not been used. */
  clone(): AggregationCursor<TSchema> {
    const clone = new AggregationCursor<TSchema>(this.#scope, this.#pipeline, this.#options);
    this.copyTransform(clone);
    return clone;
  }

  /** Makes something else of each document before it is given; after what was asked for so before. */
  override map<Mapped>(transform: (document: TSchema) => Mapped): AggregationCursor<Mapped> {
    return super.map(transform) as unknown as AggregationCursor<Mapped>;
  }

  /** Gives the server's plan for the pipeline. */
  explain(verbosity: ExplainVerbosityLike | ExplainCommandOptions = true): Promise<Document> {
    const operation = explainAggregate(this.#scope, this.#pipeline, this.#options, verbosity);
    return executeOperation(this.#scope.client.core, operation, this.#limits());
  }

  /** Adds a stage. */
  addStage<Next = TSchema>(stage: Document): AggregationCursor<Next> {
    this.checkUnused();
    this.#pipeline = [...this.#pipeline, stage];
    return this as unknown as AggregationCursor<Next>;
  }

  /** Adds a stage `$match`. */
  match(match: Document): this {
    return this.#add({ $match: match });
  }

  /** Adds a stage `$sort`. */
  sort(sort: Sort): this {
    return this.#add({ $sort: sortDocument(sort) });
  }

  /** Adds a stage `$limit`. */
  limit(limit: number): this {
    return this.#add({ $limit: limit });
  }

  /** Adds a stage `$skip`. */
  skip(skip: number): this {
    return this.#add({ $skip: skip });
  }

  /** Adds a stage `$lookup`. */
  lookup(lookup: Document): this {
    return this.#add({ $lookup: lookup });
  }

  /** Adds a stage `$unwind`. */
  unwind(unwind: Document | string): this {
    return this.#add({ $unwind: unwind });
  }

  /** Adds a stage `$redact`. */
  redact(redact: Document): this {
    return this.#add({ $redact: redact });
  }

  /** Adds a stage `$geoNear`. */
  geoNear(geoNear: Document): this {
    return this.#add({ $geoNear: geoNear });
  }

  /** Adds a stage `$out`. */
  out(out: string | { readonly db: string; readonly coll: string }): this {
    return this.#add({ $out: out });
  }

  /** Adds a stage `$group`. */
  group<Group = TSchema>(group: Document): AggregationCursor<Group> {
    return this.addStage({ $group: group });
  }

  /** Adds a stage `$project`. */
  project<Projected = Document>(project: Document): AggregationCursor<Projected> {
    return this.addStage({ $project: project });
  }

  /** Sets how many documents the server gives at once. */
  batchSize(batchSize: number): this {
    return this.#set({ batchSize });
  }

  /** Sets how long the server may work on the pipeline, in milliseconds. */
  maxTimeMS(maxTimeMS: number): this {
    return this.#set({ maxTimeMS });
  }

  /** Sets what the server's logs and profiles say of the pipeline. */
  comment(comment: unknown): this {
    return this.#set({ comment });
  }

  /** Sets which servers the pipeline goes to. */
  withReadPreference(readPreference: ReadPreferenceLike): this {
    return this.#set({ readPreference });
  }

  /** Sets how consistent what is read has to be. */
  withReadConcern(readConcern: ReadConcernLike): this {
    return this.#set({ readConcern });
  }

  /**
   * How the cursor is opened.
   *
   * @internal
   */
  protected override plan(): CursorPlan {
    const scope = this.#scope;
    const options = this.#options;
    const { maxAwaitTimeMS } = options;
    const { bson, timeoutMS } = operationSettings(scope, options);
    if (options.timeoutMode === "iteration" && isWriting(this.#pipeline)) {
      throw new MongoInvalidArgumentError('Option "timeoutMode" of a pipeline that writes must not be iteration');
    }
    return {
      client: scope.client,
      session: options.session ?? null,
      bson,
      limits: this.#limits(),
      timeoutMode: timeoutModeOf({ timeoutMode: options.timeoutMode, timeoutMS, maxAwaitTimeMS }),
      open: (session) => aggregate(scope, this.#pipeline, { ...options, session }),
      batchSize: () => options.batchSize ?? 0,
      maxAwaitTimeMS,
      comment: options.comment,
    };
  }

  #limits() {
    const { signal } = this.#options;
    return { signal, timeoutMS: operationSettings(this.#scope, this.#options).timeoutMS };
  }

  #add(stage: Document): this {
    this.addStage(stage);
    return this;
  }

  #set(options: AggregateOptions): this {
    this.checkUnused();
    this.#options = { ...this.#options, ...options };
    return this;
  }
}
