import type { Document } from "../codec/bson_types.ts";
import { BulkOperation } from "./bulk/bulk_operation.ts";
import { type BulkStatement, bulkStatement, insertStatement } from "./bulk/bulk_statement.ts";
import type { BulkWriteResult } from "./bulk/bulk_write_result.ts";
import { executeBulk } from "./bulk/execute_bulk.ts";
import type { BulkWriteOptions } from "./bulk/write_batch.ts";
import type { AnyBulkWriteOperation } from "./bulk/write_model.ts";
import { ChangeStream } from "./change_stream/change_stream.ts";
import type { ChangeStreamDocument } from "./change_stream/change_stream_document.ts";
import type { ChangeStreamOptions } from "./change_stream/change_stream_options.ts";
import type { AggregateOptions } from "./crud/aggregate.ts";
import { checkReplacement, checkUpdate } from "./crud/check_update.ts";
import {
  describeCollection,
  dropCollection,
  type DropCollectionOptions,
  renameCollection,
  type RenameOptions,
} from "./crud/collection_commands.ts";
import { checkCollectionName } from "./crud/collection_name.ts";
import { type CollectionScope, NO_OPTIONS } from "./crud/collection_scope.ts";
import {
  count,
  countDocuments,
  type CountDocumentsOptions,
  type CountOptions,
  type EstimatedDocumentCountOptions,
} from "./crud/count.ts";
import type { CommandOperationOptions } from "./crud/crud_options.ts";
import { deleteDocuments, type DeleteOptions, type DeleteResult } from "./crud/delete.ts";
import { distinct, type DistinctOptions } from "./crud/distinct.ts";
import { findOne, type FindOneOptions, type FindOptions } from "./crud/find.ts";
import {
  findAndChange,
  findAndDelete,
  type FindOneAndDeleteOptions,
  type FindOneAndReplaceOptions,
  type FindOneAndUpdateOptions,
  type ModifyResult,
} from "./crud/find_and_modify.ts";
import type { IndexSpecification } from "./crud/index_key.ts";
import {
  createIndexes,
  type CreateIndexesCommandOptions,
  type CreateIndexesOptions,
  describeIndex,
  dropIndexes,
  type DropIndexesOptions,
  type IndexDescription,
} from "./crud/indexes.ts";
import { listIndexes, type ListIndexesOptions } from "./crud/list_indexes.ts";
import { type InsertManyResult, insertManyResult } from "./crud/insert_many.ts";
import { insertOne, type InsertOneOptions, type InsertOneResult } from "./crud/insert_one.ts";
import {
  createSearchIndexes,
  dropSearchIndex,
  type SearchIndexDescription,
  updateSearchIndex,
} from "./crud/search_indexes.ts";
import {
  replaceOne,
  type ReplaceOptions,
  update,
  type UpdateOneOptions,
  type UpdateOptions,
  type UpdateResult,
} from "./crud/update.ts";
import { AggregationCursor } from "./cursor/aggregation_cursor.ts";
import { CommandCursor, type ListIndexesCursor } from "./cursor/command_cursor.ts";
import { FindCursor } from "./cursor/find_cursor.ts";
import type { Db } from "./db.ts";
import { MongoInvalidArgumentError, MongoServerError } from "./error.ts";
import { executeOperation, type ExecuteOptions } from "./operation/execute_operation.ts";
import type { Operation } from "./operation/operation.ts";
import { type InheritedOptions, inheritSettings, operationTimeout } from "./operation/operation_settings.ts";
import type { ReadConcern } from "./read_concern.ts";
import type { ReadPreference } from "./selection/read_preference.ts";
import type { Filter, Flatten } from "./types/filter.ts";
import type { OptionalUnlessRequiredId, WithId, WithoutId } from "./types/schema_id.ts";
import type { UpdateFilter } from "./types/update.ts";
import type { WriteConcern } from "./write_concern.ts";

/** What a collection may be told; the rest is its database's. */
export type CollectionOptions = InheritedOptions;

const NAMESPACE_NOT_FOUND = 26;

/**
 * A collection of a {@linkcode Db}; `TSchema` is what its documents look like.
 *
 * Every method that sends something rejects with `MongoServerError` where the server refuses, `MongoNetworkError` and
 * `MongoServerSelectionError` where it cannot be reached, `MongoOperationTimeoutError` when `timeoutMS` is up, and
 * `MongoInvalidArgumentError` for arguments that cannot be right.
 *
 * @example
 * ```ts ignore
 * interface Person {
 *   name: string;
 *   born: Date;
 * }
 * const people = client.db("app").collection<Person>("people");
 * await people.insertOne({ name: "Ada", born: new Date("1815-12-10") });
 * for await (const person of people.find({ born: { $lt: new Date("1900-01-01") } }).sort({ name: 1 })) {
 *   console.log(person.name);
 * }
 * ```
 */
export class Collection<TSchema = Document> {
  /** The database that the collection is in. */
  readonly db: Db;
  readonly #scope: CollectionScope & { readonly collection: string };

  /**
   * `Db.collection` makes collections. Throws `MongoInvalidArgumentError` for a name that no collection can have.
   *
   * @internal
   */
  constructor(db: Db, name: string, options: CollectionOptions = {}) {
    checkCollectionName(name);
    this.db = db;
    const settings = inheritSettings(db.settings, options);
    this.#scope = { client: db.client, database: db.databaseName, collection: name, settings };
  }

  /** The name of the database. */
  get dbName(): string {
    return this.#scope.database;
  }

  /** The name of the collection. */
  get collectionName(): string {
    return this.#scope.collection;
  }

  /** Database and collection, as `database.collection`. */
  get namespace(): string {
    return `${this.dbName}.${this.collectionName}`;
  }

  /** How consistent what is read here is unless something else is asked for. */
  get readConcern(): ReadConcern {
    return this.#scope.settings.readConcern;
  }

  /** Which servers are read from unless something else is asked for. */
  get readPreference(): ReadPreference {
    return this.#scope.settings.readPreference;
  }

  /** What acknowledges writes here unless something else is asked for. */
  get writeConcern(): WriteConcern {
    return this.#scope.settings.writeConcern;
  }

  /** Milliseconds for an operation unless something else is asked for; `undefined` if there is no such limit. */
  get timeoutMS(): number | undefined {
    return this.#scope.settings.timeoutMS;
  }

  /** Inserts a document, which gets an `_id` unless it has one. */
  insertOne(
    document: OptionalUnlessRequiredId<TSchema>,
    options: InsertOneOptions = NO_OPTIONS,
  ): Promise<InsertOneResult<TSchema>> {
    return this.#run(options, () => insertOne(this.#scope, document as Document, options));
  }

  /** Inserts documents. Rejects with `MongoBulkWriteError` if one of them is refused. */
  async insertMany(
    documents: readonly OptionalUnlessRequiredId<TSchema>[],
    options: BulkWriteOptions = NO_OPTIONS,
  ): Promise<InsertManyResult<TSchema>> {
    checkList("documents", documents);
    const createsId = options.forceServerObjectId !== true;
    const result = await this.#bulk(
      documents.map((document, index) => insertStatement(document as Document, index, createsId)),
      options,
    );
    return insertManyResult(result);
  }

  /** Does different writes with few commands. Rejects with `MongoBulkWriteError` if one of them fails. */
  async bulkWrite(
    operations: readonly AnyBulkWriteOperation<TSchema>[],
    options: BulkWriteOptions = NO_OPTIONS,
  ): Promise<BulkWriteResult> {
    checkList("operations", operations);
    const createsId = options.forceServerObjectId !== true;
    return await this.#bulk(
      operations.map((write, index) => bulkStatement(write as Document as AnyBulkWriteOperation, index, createsId)),
      options,
    );
  }

  /** A bulk that is put together call by call; its writes are done in their order, up to the first that fails. */
  initializeOrderedBulkOp(options: BulkWriteOptions = NO_OPTIONS): BulkOperation {
    return this.#bulkOperation(true, options);
  }

  /** A bulk that is put together call by call; its writes are done in any order. */
  initializeUnorderedBulkOp(options: BulkWriteOptions = NO_OPTIONS): BulkOperation {
    return this.#bulkOperation(false, options);
  }

  /** Changes one document. */
  updateOne(
    filter: Filter<TSchema>,
    change: UpdateFilter<TSchema> | readonly Document[],
    options: UpdateOneOptions = NO_OPTIONS,
  ): Promise<UpdateResult<TSchema>> {
    return this.#run(options, () => update(this.#scope, filter as Document, change as Document, false, options));
  }

  /** Changes all documents that match. */
  updateMany(
    filter: Filter<TSchema>,
    change: UpdateFilter<TSchema> | readonly Document[],
    options: UpdateOptions = NO_OPTIONS,
  ): Promise<UpdateResult<TSchema>> {
    return this.#run(options, () => update(this.#scope, filter as Document, change as Document, true, options));
  }

  /** Replaces one document. */
  replaceOne(
    filter: Filter<TSchema>,
    replacement: WithoutId<TSchema>,
    options: ReplaceOptions = NO_OPTIONS,
  ): Promise<UpdateResult<TSchema>> {
    return this.#run(options, () => replaceOne(this.#scope, filter as Document, replacement as Document, options));
  }

  /** Deletes one document. */
  deleteOne(
    filter: Filter<TSchema> = {} as Filter<TSchema>,
    options: DeleteOptions = NO_OPTIONS,
  ): Promise<DeleteResult> {
    return this.#run(options, () => deleteDocuments(this.#scope, filter as Document, 1, options));
  }

  /** Deletes all documents that match. */
  deleteMany(
    filter: Filter<TSchema> = {} as Filter<TSchema>,
    options: DeleteOptions = NO_OPTIONS,
  ): Promise<DeleteResult> {
    return this.#run(options, () => deleteDocuments(this.#scope, filter as Document, 0, options));
  }

  /** Finds documents; nothing is sent before the cursor is used. */
  find<Found = WithId<TSchema>>(
    filter: Filter<TSchema> = {} as Filter<TSchema>,
    options: FindOptions<TSchema> = NO_OPTIONS,
  ): FindCursor<Found> {
    return new FindCursor<Found>(this.#scope, filter as Document, options as Document);
  }

  /** Finds one document; `null` if there is none. */
  findOne<Found = WithId<TSchema>>(
    filter: Filter<TSchema> = {} as Filter<TSchema>,
    options: FindOneOptions<TSchema> = NO_OPTIONS,
  ): Promise<Found | null> {
    return this.#run(options, () => findOne(this.#scope, filter as Document, options as Document)) as Promise<
      Found | null
    >;
  }

  /** Deletes a document and gives it with what the server says of it. */
  findOneAndDelete(
    filter: Filter<TSchema>,
    options: FindOneAndDeleteOptions<TSchema> & { readonly includeResultMetadata: true },
  ): Promise<ModifyResult<TSchema>>;
  /** Deletes a document and gives it; `null` if none matches. */
  findOneAndDelete(
    filter: Filter<TSchema>,
    options?: FindOneAndDeleteOptions<TSchema>,
  ): Promise<WithId<TSchema> | null>;
  findOneAndDelete(
    filter: Filter<TSchema>,
    options: FindOneAndDeleteOptions<TSchema> = NO_OPTIONS,
  ): Promise<unknown> {
    return this.#run(
      options,
      () => findAndDelete(this.#scope, filter as Document, options as Document),
    );
  }

  /** Replaces a document and gives it with what the server says of it. */
  findOneAndReplace(
    filter: Filter<TSchema>,
    replacement: WithoutId<TSchema>,
    options: FindOneAndReplaceOptions<TSchema> & { readonly includeResultMetadata: true },
  ): Promise<ModifyResult<TSchema>>;
  /** Replaces a document and gives it, as it was or as it is now; `null` if there is none. */
  findOneAndReplace(
    filter: Filter<TSchema>,
    replacement: WithoutId<TSchema>,
    options?: FindOneAndReplaceOptions<TSchema>,
  ): Promise<WithId<TSchema> | null>;
  findOneAndReplace(
    filter: Filter<TSchema>,
    replacement: WithoutId<TSchema>,
    options: FindOneAndReplaceOptions<TSchema> = NO_OPTIONS,
  ): Promise<unknown> {
    return this.#run(options, () => {
      checkReplacement(replacement as Document);
      return findAndChange(this.#scope, filter as Document, replacement as Document, options as Document);
    });
  }

  /** Changes a document and gives it with what the server says of it. */
  findOneAndUpdate(
    filter: Filter<TSchema>,
    change: UpdateFilter<TSchema> | readonly Document[],
    options: FindOneAndUpdateOptions<TSchema> & { readonly includeResultMetadata: true },
  ): Promise<ModifyResult<TSchema>>;
  /** Changes a document and gives it, as it was or as it is now; `null` if there is none. */
  findOneAndUpdate(
    filter: Filter<TSchema>,
    change: UpdateFilter<TSchema> | readonly Document[],
    options?: FindOneAndUpdateOptions<TSchema>,
  ): Promise<WithId<TSchema> | null>;
  findOneAndUpdate(
    filter: Filter<TSchema>,
    change: UpdateFilter<TSchema> | readonly Document[],
    options: FindOneAndUpdateOptions<TSchema> = NO_OPTIONS,
  ): Promise<unknown> {
    return this.#run(options, () => {
      checkUpdate(change as Document);
      return findAndChange(this.#scope, filter as Document, change as Document, options as Document);
    });
  }

  /** Makes something else of the documents with a pipeline; nothing is sent before the cursor is used. */
  aggregate<Made = Document>(
    pipeline: readonly Document[] = [],
    options: AggregateOptions = NO_OPTIONS,
  ): AggregationCursor<Made> {
    return new AggregationCursor<Made>(this.#scope, pipeline, options);
  }

  /** Watches the collection for changes, which the stages of the pipeline may choose from or shape. */
  watch<TLocal = TSchema, TChange = ChangeStreamDocument<TLocal>>(
    pipeline: readonly Document[] = [],
    options: ChangeStreamOptions = NO_OPTIONS,
  ): ChangeStream<TLocal, TChange> {
    return new ChangeStream(this.#scope, pipeline, options);
  }

  /** Counts the documents that match. */
  countDocuments(
    filter: Filter<TSchema> = {} as Filter<TSchema>,
    options: CountDocumentsOptions = NO_OPTIONS,
  ): Promise<number> {
    return this.#run(options, () => countDocuments(this.#scope, filter as Document, options));
  }

  /** Gives the number of documents as the server's metadata has it, which may be off after a crash or on shards. */
  estimatedDocumentCount(options: EstimatedDocumentCountOptions = NO_OPTIONS): Promise<number> {
    return this.#run(options, () => count(this.#scope, null, options));
  }

  /**
   * Counts with the `count` command, which transactions do not have.
   *
   * @deprecated {@linkcode Collection.countDocuments} and {@linkcode Collection.estimatedDocumentCount} take its place
   */
  count(filter: Filter<TSchema> = {} as Filter<TSchema>, options: CountOptions = NO_OPTIONS): Promise<number> {
    return this.#run(options, () => count(this.#scope, filter as Document, options));
  }

  /** Gives the different values of a field, of the items if it is an array. */
  distinct<Key extends keyof WithId<TSchema> & string>(
    key: Key,
    filter?: Filter<TSchema>,
    options?: DistinctOptions,
  ): Promise<Flatten<WithId<TSchema>[Key]>[]>;
  /** Gives the different values of what a path leads to. */
  distinct(key: string, filter?: Filter<TSchema>, options?: DistinctOptions): Promise<unknown[]>;
  distinct(
    key: string,
    filter: Filter<TSchema> = {} as Filter<TSchema>,
    options: DistinctOptions = NO_OPTIONS,
  ): Promise<unknown[]> {
    return this.#run(options, () => distinct(this.#scope, key, filter as Document, options));
  }

  /** Makes an index and gives its name. */
  async createIndex(keys: IndexSpecification, options: CreateIndexesOptions = NO_OPTIONS): Promise<string> {
    const [name] = await this.createIndexes([describeIndex(keys, options)], commandOptions(options));
    return name!;
  }

  /** Makes indexes and gives their names. */
  createIndexes(
    descriptions: readonly IndexDescription[],
    options: CreateIndexesCommandOptions = NO_OPTIONS,
  ): Promise<string[]> {
    return this.#run(options, () => createIndexes(this.#scope, descriptions, options));
  }

  /** Drops the index of that name and gives the server's reply. */
  dropIndex(name: string, options: DropIndexesOptions = NO_OPTIONS): Promise<Document> {
    return this.#run(options, () => dropIndexes(this.#scope, name, options));
  }

  /** Drops all indexes but that of `_id`. */
  async dropIndexes(options: DropIndexesOptions = NO_OPTIONS): Promise<boolean> {
    await this.dropIndex("*", options);
    return true;
  }

  /** Describes the indexes; nothing is sent before the cursor is used. */
  listIndexes(options: ListIndexesOptions = NO_OPTIONS): ListIndexesCursor {
    return new CommandCursor(() => listIndexes(this.#scope, options));
  }

  /** Gives the descriptions of the indexes. */
  indexes(options: ListIndexesOptions = NO_OPTIONS): Promise<Document[]> {
    return this.listIndexes(options).toArray();
  }

  /** Says whether there are indexes of that name, or of all those names. */
  async indexExists(names: string | readonly string[], options: ListIndexesOptions = NO_OPTIONS): Promise<boolean> {
    const there = new Set((await this.indexes(options)).map(({ name }) => name));
    return [names].flat().every((name) => there.has(name));
  }

  /** Gives the keys of each index by its name, as pairs of field and direction. */
  async indexInformation(options: ListIndexesOptions = NO_OPTIONS): Promise<Record<string, [string, unknown][]>> {
    const indexes = await this.indexes(options);
    return Object.fromEntries(indexes.map(({ name, key }) => [name, Object.entries(key)]));
  }

  /** Makes a search index and gives its name. */
  async createSearchIndex(description: SearchIndexDescription): Promise<string> {
    const [name] = await this.createSearchIndexes([description]);
    return name!;
  }

  /** Makes search indexes and gives their names. */
  createSearchIndexes(descriptions: readonly SearchIndexDescription[]): Promise<string[]> {
    return this.#run(NO_OPTIONS, () => createSearchIndexes(this.#scope, descriptions));
  }

  /** Drops the search index of that name. */
  dropSearchIndex(name: string): Promise<void> {
    return this.#run(NO_OPTIONS, () => dropSearchIndex(this.#scope, name));
  }

  /** Gives the search index of that name a new definition. */
  updateSearchIndex(name: string, definition: Document): Promise<void> {
    return this.#run(NO_OPTIONS, () => updateSearchIndex(this.#scope, name, definition));
  }

  /** Describes the search indexes, or the one of that name; nothing is sent before the cursor is used. */
  listSearchIndexes(options?: AggregateOptions): AggregationCursor;
  /** The same, of one of them. */
  listSearchIndexes(name: string, options?: AggregateOptions): AggregationCursor;
  listSearchIndexes(
    nameOrOptions: string | AggregateOptions = NO_OPTIONS,
    options: AggregateOptions = NO_OPTIONS,
  ): AggregationCursor {
    const isNamed = typeof nameOrOptions === "string";
    const stage = { $listSearchIndexes: isNamed ? { name: nameOrOptions } : {} };
    return this.aggregate([stage], isNamed ? options : nameOrOptions);
  }

  /** Drops the collection; gives `false` if it was not there and the server says so. */
  async drop(options: DropCollectionOptions = NO_OPTIONS): Promise<boolean> {
    try {
      return await this.#run(options, () => dropCollection(this.#scope, options));
    } catch (error) {
      if (error instanceof MongoServerError && error.code === NAMESPACE_NOT_FOUND) return false;
      throw error;
    }
  }

  /** Renames the collection and gives it under its new name. */
  async rename(newName: string, options: RenameOptions = NO_OPTIONS): Promise<Collection<TSchema>> {
    const { readConcern, writeConcern, readPreference, timeoutMS, bson } = this.#scope.settings;
    const own = { ...bson, readConcern, writeConcern, readPreference };
    const renamed = new Collection<TSchema>(
      this.db,
      newName,
      timeoutMS === undefined ? own : { ...own, timeoutMS },
    );
    await this.#run(options, () => renameCollection(this.#scope, newName, options));
    return renamed;
  }

  /** Gives the options that the collection was made with. Throws `MongoAPIError` if it is not there. */
  async options(options: CommandOperationOptions = NO_OPTIONS): Promise<Document> {
    const found = await this.#run(options, () => describeCollection(this.#scope, options));
    if (found !== null) return found.options ?? {};
    throw new MongoInvalidArgumentError(`Collection ${this.namespace} is not there, expected it to have options`);
  }

  /** Says whether the collection keeps a size by dropping its oldest documents. */
  async isCapped(options: CommandOperationOptions = NO_OPTIONS): Promise<boolean> {
    const { capped = false } = await this.options(options);
    return capped;
  }

  /** Arguments that are wrong reject, too. */
  #run<Result>(options: CommandOperationOptions, operation: () => Operation<Result>): Promise<Result> {
    try {
      return executeOperation(this.#scope.client.core, operation(), this.#limits(options));
    } catch (error) {
      return Promise.reject(error);
    }
  }

  #bulk(statements: readonly BulkStatement[], options: BulkWriteOptions): Promise<BulkWriteResult> {
    return executeBulk(this.#scope, statements, options, this.#limits(options));
  }

  #bulkOperation(isOrdered: boolean, options: BulkWriteOptions): BulkOperation {
    return new BulkOperation(isOrdered, options, (writes, options) => {
      return this.bulkWrite(writes as readonly Document[] as readonly AnyBulkWriteOperation<TSchema>[], options);
    });
  }

  #limits({ signal, session, timeoutMS }: CommandOperationOptions): ExecuteOptions {
    return { signal, timeoutMS: operationTimeout(timeoutMS, session, this.timeoutMS) };
  }
}

function checkList(name: string, list: readonly unknown[]): void {
  if (Array.isArray(list) && list.length > 0) return;
  throw new MongoInvalidArgumentError(
    `Argument "${name}" must be an array with something in it, not ${Array.isArray(list) ? "empty" : typeof list}`,
  );
}

/** What of the options of an index is about the command. */
function commandOptions({ collation: _ofIndex, ...options }: CreateIndexesOptions): CreateIndexesCommandOptions {
  return options;
}
