import type { Client, ClientSession, Collection, Db, Document, Driver } from "./node_driver.ts";

/** What every check of the Node driver is given. */
export interface NodeContext {
  readonly driver: Driver;
  readonly uri: string;
  /** A client that the checks share; one that needs options of its own connects with {@linkcode withClient}. */
  readonly client: Client;
  readonly db: Db;
  /** Name of `db`; nothing else uses it during the run. */
  readonly database: string;
}

/** An empty collection of that name. */
export async function emptyCollection({ db }: NodeContext, name: string): Promise<Collection> {
  const collection = db.collection(name);
  await collection.deleteMany({});
  return collection;
}

/** A collection of that name with `count` documents `{ _id: n, group: n % 10, text: "document n" }`. */
export async function filledCollection(context: NodeContext, name: string, count: number): Promise<Collection> {
  const collection = await emptyCollection(context, name);
  const documents = Array.from({ length: count }, (_, n) => ({ _id: n, group: n % 10, text: `document ${n}` }));
  await collection.insertMany(documents);
  return collection;
}

/** Runs with a client of its own, and closes it. */
export async function withClient<Result>(
  { driver, uri }: NodeContext,
  options: Document,
  body: (client: Client) => Promise<Result>,
): Promise<Result> {
  const client = await driver.connect(uri, options);
  try {
    return await body(client);
  } finally {
    await client.close();
  }
}

/** Runs with a session, and ends it. */
export async function withSession<Result>(
  { client }: NodeContext,
  options: Document,
  body: (session: ClientSession) => Promise<Result>,
): Promise<Result> {
  const session = client.startSession(options);
  try {
    return await body(session);
  } finally {
    await session.endSession();
  }
}

const LABELS = [
  "NoWritesPerformed",
  "NonResumableChangeStreamError",
  "ResumableChangeStreamError",
  "RetryableError",
  "RetryableWriteError",
  "SystemOverloadedError",
  "TransientTransactionError",
  "UnknownTransactionCommitResult",
];

interface DriverError {
  name: string;
  message: string;
  code?: unknown;
  codeName?: unknown;
  hasErrorLabel?(label: string): boolean;
  writeErrors?: unknown;
}

/** What an application can see of an error; "none" where there was none. */
export async function errorOf(operation: Promise<unknown>): Promise<Document | "none"> {
  try {
    await operation;
    return "none";
  } catch (thrown) {
    const error = thrown as DriverError;
    return {
      name: error.name,
      message: error.message,
      code: error.code ?? null,
      codeName: error.codeName ?? null,
      labels: LABELS.filter((label) => error.hasErrorLabel?.(label)),
    };
  }
}
