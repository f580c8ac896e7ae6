import type { Document } from "../../codec/bson_types.ts";
import type { ClientCore } from "../operation/client_core.ts";
import { executeOperation } from "../operation/execute_operation.ts";
import type { Operation } from "../operation/operation.ts";
import type { WriteConcern } from "../write_concern.ts";
import type { ClientSession } from "./client_session.ts";
import type { TransactionSettings } from "./transaction_state.ts";

/** How long a repeated commit waits for a majority, in milliseconds (transactions specification). */
const COMMIT_AGAIN_TIMEOUT_MS = 10_000;

/** How a transaction is to end. */
export interface TransactionEnd {
  readonly name: "commitTransaction" | "abortTransaction";
  readonly settings: TransactionSettings;
  readonly recoveryToken: Document | null;
  /** Whether the outcome of an earlier commit is not known. */
  readonly isAgain: boolean;
  readonly timeoutMS?: number;
}

/** Tells the server of the end of a transaction. */
export async function endTransaction(core: ClientCore, session: ClientSession, end: TransactionEnd): Promise<void> {
  const own = end.timeoutMS ?? end.settings.timeoutMS ?? session.defaultTimeoutMS;
  // What is undone gets its time even if there is none left for what was to be done.
  const timeoutMS = end.name === "abortTransaction" ? own : session.remainingTimeoutMS ?? own;
  await executeOperation(core, endOperation(session, end), timeoutMS === undefined ? {} : { timeoutMS });
}

function endOperation(session: ClientSession, end: TransactionEnd): Operation<void> {
  const { name, settings: { maxCommitTimeMS }, recoveryToken } = end;
  const isCommit = name === "commitTransaction";
  return {
    commandName: name,
    database: "admin",
    kind: "write",
    retryable: "always",
    session,
    writeConcern: end.isAgain ? commitAgainConcern(end.settings.writeConcern) : end.settings.writeConcern,
    ...(isCommit ? { retryWriteConcern: commitAgainConcern(end.settings.writeConcern) } : {}),
    ...(isCommit && maxCommitTimeMS !== undefined ? { maxTimeMS: maxCommitTimeMS } : {}),
    command: () => ({ body: { [name]: 1, ...(recoveryToken === null ? {} : { recoveryToken }) } }),
    result: () => undefined,
  };
}

function commitAgainConcern(writeConcern: WriteConcern): WriteConcern {
  return { wtimeoutMS: COMMIT_AGAIN_TIMEOUT_MS, ...writeConcern, w: "majority" };
}
