import type { Document } from "bson";

/** The names of the Node driver's classes and methods: all that the runner knows of a driver. */
export interface DriverUnderTest {
  readonly MongoClient: new (uri: string, options: Document) => DriverClient;
  /** Null where the driver has no GridFS. */
  readonly GridFSBucket: (new (db: DriverObject, options: Document) => DriverObject) | null;
  /** What a server answered; every other error is the client's own. */
  readonly MongoServerError: abstract new (...args: never[]) => Error;
  /** Null where the driver has no limit for whole operations. */
  readonly MongoOperationTimeoutError: (abstract new (...args: never[]) => Error) | null;
  /** Options that have the driver look for a server again soon after it lost one. */
  readonly clientOptions: Document;
  /** Says whether the driver acts on a client option that only some cases need. */
  hasOption(name: ClientFeature): boolean;
  /** Sends a cursor's or change stream's first command and takes no document. */
  openCursor(cursor: DriverObject): Promise<void>;
  inspectSession(session: DriverObject): SessionFacts;
  /** Writes a GridFS file; `id` is undefined where the driver is to choose one. Resolves with the id. */
  upload(bucket: DriverObject, id: unknown, filename: string, bytes: Uint8Array, options: Document): Promise<unknown>;
}

/** A client option that a driver may lack as a whole. */
export type ClientFeature = "timeoutMS" | "serverApi" | "mongodbLogPath";

/** A client, database, collection, session, cursor, bucket or change stream; the operations name its methods. */
// deno-lint-ignore no-explicit-any -- what a method takes and gives is known to the driver alone
export type DriverObject = Record<string, any>;

/** What every driver's client must have. */
export interface DriverClient extends DriverObject {
  on(event: string, listener: (event: Document) => void): unknown;
  connect(): Promise<unknown>;
  close(): Promise<void>;
}

/** What the test runner's own operations ask of a session. */
export interface SessionFacts {
  /** The logical session id. */
  readonly lsid: unknown;
  readonly isDirty: boolean;
  /** To a mongos, or to a connection of a load balancer. */
  readonly isPinned: boolean;
  readonly transactionState: "none" | "starting" | "in_progress" | "committed" | "aborted";
}
