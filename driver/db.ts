import type { Document } from "../codec/bson_types.ts";
import { Admin } from "./admin.ts";
import { ChangeStream } from "./change_stream/change_stream.ts";
import type { ChangeStreamDocument } from "./change_stream/change_stream_document.ts";
import type { ChangeStreamOptions } from "./change_stream/change_stream_options.ts";
import { Collection, type CollectionOptions } from "./collection.ts";
import type { AggregateOptions } from "./crud/aggregate.ts";
import type { DropCollectionOptions, RenameOptions } from "./crud/collection_commands.ts";
import { type CollectionScope, operationSettings } from "./crud/collection_scope.ts";
import type { CommandOperationOptions } from "./crud/crud_options.ts";
import type { IndexSpecification } from "./crud/index_key.ts";
import type { CreateIndexesOptions } from "./crud/indexes.ts";
import type { ListIndexesOptions } from "./crud/list_indexes.ts";
import { AggregationCursor } from "./cursor/aggregation_cursor.ts";
import { CommandCursor } from "./cursor/command_cursor.ts";
import { createCollection, type CreateCollectionOptions } from "./database/create_collection.ts";
import { dropDatabase, type DropDatabaseOptions } from "./database/drop_database.ts";
import { type CollectionInfo, listCollections, type ListCollectionsOptions } from "./database/list_collections.ts";
import { RunCommandCursor, type RunCursorCommandOptions } from "./database/run_command_cursor.ts";
import { MongoInvalidArgumentError } from "./error.ts";
import type { MongoClient } from "./mongo_client.ts";
import { executeOperation } from "./operation/execute_operation.ts";
import type { Operation } from "./operation/operation.ts";
import { type InheritedOptions, inheritSettings, type OperationSettings } from "./operation/operation_settings.ts";
import { runCommand, type RunCommandOptions } from "./operation/run_command.ts";
import type { ReadConcern } from "./read_concern.ts";
import type { ReadPreference } from "./selection/read_preference.ts";
import type { WriteConcern } from "./write_concern.ts";

/** What a database may be told; the rest is its client's. */
export type DbOptions = InheritedOptions;

/** Descriptions of collections. */
export type ListCollectionsCursor<Info = CollectionInfo> = CommandCursor<Info>;

/**
 * A database of a {@linkcode MongoClient}.
 *
 * Every method that sends something rejects with `MongoServerError` where the server refuses, `MongoNetworkError` and
 * `MongoServerSelectionError` where it cannot be reached, and `MongoOperationTimeoutError` when `timeoutMS` is up.
 */
export class Db {
  /** The client that the database is of. */
  readonly client: MongoClient;
  /** The name of the database. */
  readonly databaseName: string;
  /**
   * What collections inherit.
   *
   * @internal
   */
  readonly settings: OperationSettings;

  /**
   * {@linkcode MongoClient.db} makes databases. Throws `MongoInvalidArgumentError` for a name that no database can have.
   *
   * @internal
   */
  constructor(client: MongoClient, name: string, options: DbOptions = {}) {
    checkDatabaseName(name);
    this.client = client;
    this.databaseName = name;
    this.settings = inheritSettings(client.core.settings, options);
  }

  /** The same as {@linkcode Db.databaseName}. */
  get namespace(): string {
    return this.databaseName;
  }

  /** What its reads ask for if they are not told otherwise; `undefined` for the server's default. */
  get readConcern(): ReadConcern | undefined {
    return this.settings.readConcern.level === undefined ? undefined : this.settings.readConcern;
  }

  /** What its writes ask for if they are not told otherwise; `undefined` for the server's default. */
  get writeConcern(): WriteConcern | undefined {
    return Object.keys(this.settings.writeConcern).length === 0 ? undefined : this.settings.writeConcern;
  }

  /** Where its reads go if they are not told otherwise. */
  get readPreference(): ReadPreference {
    return this.settings.readPreference;
  }

  /** The limit of its operations in milliseconds; `undefined` if there is none. */
  get timeoutMS(): number | undefined {
    return this.settings.timeoutMS;
  }

  /**
   * Runs a command and gives its reply. It goes to the primary unless the options say otherwise, and is not sent again
   * unless a server is overloaded. Concerns belong into the command itself.
   */
  command(command: Document, options: RunCommandOptions = {}): Promise<Document> {
    return runCommand(this, command, options);
  }

  /** Runs a command that opens a cursor, when the first document is asked for. */
  runCursorCommand<TSchema = Document>(
    command: Document,
    options: RunCursorCommandOptions = {},
  ): RunCommandCursor<TSchema> {
    return new RunCommandCursor(this, command, options);
  }

  /** What is done with the deployment as a whole. */
  admin(): Admin {
    return new Admin(this.client.db("admin"));
  }

  /** A collection. Nothing is sent. Throws `MongoInvalidArgumentError` for a name that no collection can have. */
  collection<TSchema = Document>(name: string, options: CollectionOptions = {}): Collection<TSchema> {
    return new Collection(this, name, options);
  }

  /** Lists the collections that `filter` matches. */
  listCollections<Info = CollectionInfo>(
    filter: Document = {},
    options: ListCollectionsOptions = {},
  ): ListCollectionsCursor<Info> {
    return new CommandCursor(() => listCollections(this.#scope(null), filter, options));
  }

  /** All collections. */
  async collections(options: ListCollectionsOptions = {}): Promise<Collection[]> {
    const infos = await this.listCollections({}, { ...options, nameOnly: true }).toArray();
    return infos.map(({ name }) => this.collection(name));
  }

  /** Creates a collection or a view. Rejects with `MongoServerError` if there is one of that name with other options. */
  async createCollection<TSchema = Document>(
    name: string,
    options: CreateCollectionOptions = {},
  ): Promise<Collection<TSchema>> {
    const { readConcern, writeConcern, readPreference, timeoutMS } = options;
    const collection = this.collection<TSchema>(name, {
      ...(readConcern === undefined ? {} : { readConcern }),
      ...(writeConcern === undefined ? {} : { writeConcern }),
      ...(readPreference === undefined ? {} : { readPreference }),
      ...(timeoutMS === undefined ? {} : { timeoutMS }),
    });
    await this.#run(createCollection(this.#scope(name), options), options);
    return collection;
  }

  /** Drops a collection; resolves with `false` if it was not there and the server says so. */
  dropCollection(name: string, options: DropCollectionOptions = {}): Promise<boolean> {
    return this.collection(name).drop(options);
  }

  /** Renames a collection and gives it under its new name. */
  renameCollection<TSchema = Document>(
    from: string,
    to: string,
    options: RenameOptions = {},
  ): Promise<Collection<TSchema>> {
    return this.collection<TSchema>(from).rename(to, options);
  }

  /** Drops the database; resolves with `true`, also if it was not there. */
  async dropDatabase(options: DropDatabaseOptions = {}): Promise<boolean> {
    return await this.#run(dropDatabase(this.#scope(null), options), options);
  }

  /** What a pipeline makes that begins with a stage of its own, such as `$currentOp`; sent when it is asked for. */
  aggregate<TSchema = Document>(
    pipeline: readonly Document[] = [],
    options: AggregateOptions = {},
  ): AggregationCursor<TSchema> {
    return new AggregationCursor(this.#scope(null), pipeline, options);
  }

  /** Watches all collections of the database for changes, but those of the server itself. */
  watch<TSchema = Document, TChange = ChangeStreamDocument<TSchema>>(
    pipeline: readonly Document[] = [],
    options: ChangeStreamOptions = {},
  ): ChangeStream<TSchema, TChange> {
    return new ChangeStream(this.#scope(null), pipeline, options);
  }

  /** Creates an index of a collection and gives its name. */
  createIndex(name: string, keys: IndexSpecification, options: CreateIndexesOptions = {}): Promise<string> {
    return this.collection(name).createIndex(keys, options);
  }

  /** The keys of a collection's indexes, by the indexes' names. */
  indexInformation(name: string, options: ListIndexesOptions = {}): Promise<Record<string, [string, unknown][]>> {
    return this.collection(name).indexInformation(options);
  }

  /** How large the database is; sizes are in bytes, or in units of `scale` bytes. */
  stats(options: RunCommandOptions & { readonly scale?: number } = {}): Promise<Document> {
    const { scale, ...more } = options;
    return this.command(scale === undefined ? { dbStats: 1 } : { dbStats: 1, scale }, more);
  }

  /** Removes a user of the database. */
  async removeUser(username: string, options: RunCommandOptions = {}): Promise<boolean> {
    await this.command({ dropUser: username }, options);
    return true;
  }

  #scope(collection: string | null): CollectionScope {
    return { client: this.client, database: this.databaseName, collection, settings: this.settings };
  }

  #run<Result>(operation: Operation<Result>, options: CommandOperationOptions): Promise<Result> {
    const { timeoutMS } = operationSettings(this.#scope(null), options);
    return executeOperation(this.client.core, operation, { signal: options.signal, timeoutMS });
  }
}

function checkDatabaseName(name: string): void {
  if (name === "") throw new MongoInvalidArgumentError("Database name is empty, expected at least one character");
  const wrong = /[ .$/\\\0]/.exec(name);
  if (wrong === null || name === "$external") return;
  throw new MongoInvalidArgumentError(`Database name contains ${JSON.stringify(wrong[0])}, which no name may`);
}
