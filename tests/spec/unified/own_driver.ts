import { ChangeStream } from "../../../driver/change_stream/change_stream.ts";
import { MongoOperationTimeoutError, MongoServerError } from "../../../driver/error.ts";
import { GridFSBucket } from "../../../driver/gridfs/gridfs_bucket.ts";
import type { GridFSBucketWriteStream } from "../../../driver/gridfs/gridfs_write_stream.ts";
import { MongoClient } from "../../../driver/mongo_client.ts";
import type { ClientSession } from "../../../driver/session/client_session.ts";
import type { DriverUnderTest, SessionFacts } from "./driver_interface.ts";

/** What the client acts on. */
const OPTIONS: ReadonlySet<string> = new Set(["timeoutMS", "serverApi"]);

const TRANSACTION_STATES = {
  none: "none",
  starting: "starting",
  inProgress: "in_progress",
  committed: "committed",
  aborted: "aborted",
} as const;

/** The driver of this project. */
export const OWN_DRIVER: DriverUnderTest = {
  MongoClient,
  GridFSBucket: GridFSBucket as unknown as DriverUnderTest["GridFSBucket"],
  MongoServerError,
  MongoOperationTimeoutError,
  clientOptions: { heartbeatFrequencyMS: 50, minHeartbeatFrequencyMS: 50 },
  hasOption: (name) => OPTIONS.has(name),
  openCursor: async (cursor) => {
    if (cursor instanceof ChangeStream) await cursor.open();
    else await cursor.hasNext();
  },
  inspectSession: (session) => sessionFacts(session as ClientSession),
  upload: async (bucket, id, filename, bytes, options) => {
    const stream: GridFSBucketWriteStream<unknown> = id === undefined
      ? bucket.openUploadStream(filename, options)
      : bucket.openUploadStreamWithId(id, filename, options);
    const writer = stream.getWriter();
    await writer.write(bytes);
    await writer.close();
    return stream.id;
  },
};

function sessionFacts(session: ClientSession): SessionFacts {
  return {
    lsid: session.id ?? session.serverSession.id,
    get isDirty() {
      return session.serverSession.isDirty;
    },
    isPinned: session.isPinned,
    transactionState: TRANSACTION_STATES[session.transaction.kind],
  };
}
