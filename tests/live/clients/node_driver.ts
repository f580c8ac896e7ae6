/**
 * The part of MongoDB's Node driver that the checks use, the same for the driver's versions 3.6, 4 and 7. The driver is
 * loaded by its version at run time, so its own types are not at hand: these are the shapes of the methods as called here.
 *
 * @module
 */

import { SNAPPY_VERSION } from "./versions.ts";

export type Document = Record<string, unknown>;

export interface Cursor {
  toArray(): Promise<Document[]>;
  next(): Promise<Document | null>;
  tryNext?(): Promise<Document | null>;
  close(): Promise<void>;
  explain(verbosity?: string): Promise<Document>;
}

export interface ChangeStream {
  next(): Promise<Document>;
  close(): Promise<void>;
  readonly resumeToken: unknown;
}

export interface Collection {
  insertOne(document: Document, options?: Document): Promise<Document>;
  insertMany(documents: Document[], options?: Document): Promise<Document>;
  find(filter: Document, options?: Document): Cursor;
  findOne(filter: Document, options?: Document): Promise<Document | null>;
  updateOne(filter: Document, update: Document | Document[], options?: Document): Promise<Document>;
  updateMany(filter: Document, update: Document | Document[], options?: Document): Promise<Document>;
  replaceOne(filter: Document, replacement: Document, options?: Document): Promise<Document>;
  deleteOne(filter: Document, options?: Document): Promise<Document>;
  deleteMany(filter: Document, options?: Document): Promise<Document>;
  findOneAndUpdate(filter: Document, update: Document, options: Document): Promise<Document>;
  findOneAndReplace(filter: Document, replacement: Document, options: Document): Promise<Document>;
  findOneAndDelete(filter: Document, options: Document): Promise<Document>;
  bulkWrite(operations: Document[], options?: Document): Promise<Document>;
  distinct(key: string, filter: Document, options?: Document): Promise<unknown[]>;
  countDocuments(filter: Document, options?: Document): Promise<number>;
  estimatedDocumentCount(): Promise<number>;
  aggregate(pipeline: Document[], options?: Document): Cursor;
  watch(pipeline: Document[], options?: Document): ChangeStream;
  createIndex(keys: Document, options?: Document): Promise<string>;
  dropIndex(name: string): Promise<unknown>;
  listIndexes(): Cursor;
  rename(name: string): Promise<unknown>;
  drop(): Promise<boolean>;
}

export interface Db {
  collection(name: string, options?: Document): Collection;
  createCollection(name: string, options?: Document): Promise<Collection>;
  command(command: Document, options?: Document): Promise<Document>;
  aggregate(pipeline: Document[], options?: Document): Cursor;
  listCollections(filter: Document): Cursor;
  watch(pipeline: Document[], options?: Document): ChangeStream;
  dropDatabase(): Promise<unknown>;
  admin(): { listDatabases(options?: Document): Promise<{ databases: Document[] }> };
}

export interface ClientSession {
  readonly id: Document;
  readonly operationTime?: unknown;
  startTransaction(options?: Document): void;
  commitTransaction(): Promise<unknown>;
  abortTransaction(): Promise<unknown>;
  withTransaction(body: (session: ClientSession) => Promise<unknown>, options?: Document): Promise<unknown>;
  endSession(): Promise<void>;
}

export interface CommandStartedEvent {
  readonly commandName: string;
  readonly command: Document;
}

export interface Client {
  db(name: string): Db;
  startSession(options?: Document): ClientSession;
  watch(pipeline: Document[], options?: Document): ChangeStream;
  on(event: "commandStarted", listener: (event: CommandStartedEvent) => void): unknown;
  close(): Promise<void>;
}

export interface UploadStream {
  once(event: "finish" | "error", listener: (value: unknown) => void): unknown;
  end(bytes: Uint8Array): void;
}

export interface GridFSBucket {
  openUploadStream(name: string, options?: Document): UploadStream;
  openDownloadStreamByName(name: string, options?: Document): AsyncIterable<Uint8Array>;
  find(filter: Document): Cursor;
}

/** What the package `mongodb` exports, as far as the checks use it. */
interface DriverModule {
  MongoClient: new (uri: string, options: Document) => Client & { connect(): Promise<unknown> };
  GridFSBucket: new (db: Db, options?: Document) => GridFSBucket;
  ObjectId: new (hex: string) => object;
  Long: { fromNumber(value: number): object; fromString(text: string): object };
  Decimal128: { fromString(text: string): object };
  Timestamp: new (...parts: unknown[]) => object;
  Binary: new (bytes: Uint8Array, subType?: number) => { buffer: Uint8Array };
}

/** One version of the driver, loaded. */
export interface Driver {
  readonly version: string;
  readonly module: DriverModule;
  /** Connects a new client, with a pool of at most `maxPoolSize` (default 50) connections. */
  connect(uri: string, options?: { maxPoolSize?: number; [option: string]: unknown }): Promise<Client>;
}

/** Loads the driver of a version from npm, with the native module of snappy where that compressor is asked for. */
export async function loadDriver(version: string, compressor: string): Promise<Driver> {
  if (compressor === "snappy") await import(`npm:snappy@${SNAPPY_VERSION}`);
  const loaded = await import(`npm:mongodb@${version}`);
  const module: DriverModule = loaded.default ?? loaded;
  const isOld = version.startsWith("3.");
  const connect: Driver["connect"] = async (uri, { maxPoolSize = 50, ...options } = {}) => {
    const sized = isOld ? { poolSize: maxPoolSize, useUnifiedTopology: true, useNewUrlParser: true } : { maxPoolSize };
    const client = new module.MongoClient(uri, { ...sized, ...options });
    await client.connect();
    return client;
  };
  return { version, module, connect };
}
