import { MongoOperationTimeoutError, MongoServerError } from "../../../driver/error.ts";
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
  GridFSBucket: null,
  MongoServerError,
  MongoOperationTimeoutError,
  clientOptions: { heartbeatFrequencyMS: 50, minHeartbeatFrequencyMS: 50 },
  hasOption: (name) => OPTIONS.has(name),
  openCursor: async (cursor) => {
    await cursor.hasNext();
  },
  inspectSession: (session) => sessionFacts(session as ClientSession),
  upload: () => Promise.reject(new Error("The driver has no GridFSBucket")),
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
