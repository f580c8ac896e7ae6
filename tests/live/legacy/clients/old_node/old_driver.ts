/** What is used of the driver, which has no types of its own. */
export interface OldDb {
  readonly databaseName: string;
  collection(name: string): OldCollection;
  createCollection(name: string, options: Document): Promise<OldCollection>;
  command(command: Document): Promise<Document>;
  collections(): Promise<OldCollection[]>;
  admin(): { listDatabases(): Promise<{ databases: { name: string }[] }> };
  dropDatabase(): Promise<unknown>;
  close(): Promise<void>;
}

/** A document, a command, a reply. */
export type Document = Record<string, unknown>;

/** A collection; options as the driver's. */
export interface OldCollection {
  readonly collectionName: string;
  insert(documents: Document | Document[], options?: Document): Promise<Document>;
  update(filter: Document, update: Document, options?: Document): Promise<Document>;
  remove(filter: Document, options?: Document): Promise<Document>;
  findAndModify(filter: Document, sort: unknown[], update: Document, options?: Document): Promise<Document>;
  initializeOrderedBulkOp(): OldBulk;
  initializeUnorderedBulkOp(): OldBulk;
  find(filter?: Document, projection?: Document): OldCursor;
  findOne(filter: Document): Promise<Document | null>;
  count(filter?: Document, options?: Document): Promise<number>;
  distinct(field: string): Promise<unknown[]>;
  aggregate(pipeline: Document[], options?: Document): OldCursor;
  ensureIndex(keys: Document, options?: Document): Promise<string>;
  indexes(): Promise<Document[]>;
  dropIndex(name: string): Promise<unknown>;
  drop(): Promise<unknown>;
}

/** Operations that are sent together. */
export interface OldBulk {
  insert(document: Document): void;
  find(filter: Document): {
    updateOne(update: Document): void;
    update(update: Document): void;
    upsert(): { replaceOne(document: Document): void };
    remove(): void;
  };
  execute(options?: Document): Promise<{ toJSON(): Document }>;
}

/** A cursor; the methods that change it give it back. */
export interface OldCursor {
  sort(keys: Document): OldCursor;
  skip(count: number): OldCursor;
  limit(count: number): OldCursor;
  batchSize(size: number): OldCursor;
  hint(keys: Document): OldCursor;
  addCursorFlag(flag: string, value: boolean): OldCursor;
  next(): Promise<Document | null>;
  toArray(): Promise<Document[]>;
  explain(): Promise<Document>;
  close(): Promise<unknown>;
}

/** What every check is given. */
export interface OldNodeContext {
  readonly db: OldDb;
  /** Host and port of the server, for checks with a client of their own. */
  readonly host: string;
}

/** The last version that still has the old operations for old servers. */
export const OLD_DRIVER_VERSION = "2.2.36";

/** Loads the driver from npm and connects, with at most so many connections. */
export async function connectOldDriver(uri: string, poolSize: number): Promise<OldDb> {
  const loaded = await import(`npm:mongodb@${OLD_DRIVER_VERSION}`);
  return await loaded.default.MongoClient.connect(uri, { poolSize });
}

const TOLD = ["n", "nModified", "err", "code", "codeName", "updatedExisting", "upserted", "ok", "wtimeout", "errmsg"];

/** What a reply says that is the same each time. */
function told(reply: Document): Document {
  return Object.fromEntries(TOLD.filter((name) => name in reply).map((name) => [name, reply[name]]));
}

/** The result of a write, or what an application can see of its error. */
export async function seen(operation: Promise<Document>): Promise<unknown> {
  try {
    const { result, value, ...reply } = await operation;
    return value ?? told((result ?? reply) as Document);
  } catch (error) {
    const { name, message } = error as Error;
    return { name, message, ...told(error as Document) };
  }
}

/** A collection with `count` documents `{ _id: n, group: n % 10, text: "document n" }`. */
export async function filled({ db }: OldNodeContext, name: string, count: number): Promise<OldCollection> {
  const collection = db.collection(name);
  await collection.remove({});
  await collection.insert(
    Array.from({ length: count }, (_, n) => ({ _id: n, group: n % 10, text: `document ${n}` })),
  );
  return collection;
}

/** What the collection holds. */
export function byId(collection: OldCollection): Promise<Document[]> {
  return collection.find().sort({ _id: 1 }).toArray();
}
