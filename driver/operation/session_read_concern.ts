import type { Document } from "../../codec/bson_types.ts";
import type { ReadConcern } from "../read_concern.ts";
import type { Operation } from "./operation.ts";
import type { ClientSession } from "../session/client_session.ts";

/** Writes that take a read concern for the sake of causal consistency alone (read and write concern specification). */
const CAUSAL_WRITES: ReadonlySet<string> = new Set([
  "bulkWrite",
  "create",
  "createIndexes",
  "delete",
  "drop",
  "dropDatabase",
  "dropIndexes",
  "findAndModify",
  "insert",
  "update",
]);

/** What a write may ask for: no level, and to come after what the session has seen. */
const SERVER_DEFAULT: ReadConcern = {};

/** The read concern that an operation itself asks for; `undefined` if its command takes none. */
export function ownReadConcern({ kind, commandName, readConcern }: Operation<unknown>): ReadConcern | undefined {
  return readConcern ?? (kind === "write" && CAUSAL_WRITES.has(commandName) ? SERVER_DEFAULT : undefined);
}

/**
 * The read concern that a command of `session` carries; `null` if none. `own` is the operation's, absent if the command
 * takes none; `role` is the command's part in a transaction.
 */
export function sessionReadConcern(
  own: ReadConcern | undefined,
  session: ClientSession | null,
  role: "start" | "continue" | "commit" | "abort" | null,
): Document | null {
  if (role !== null && role !== "start") return null;
  if (session?.snapshotEnabled) return snapshotConcern(session);
  const concern = role === "start" ? transactionConcern(session) : own;
  if (concern === undefined) return null;
  const after = session?.causalConsistency ? session.operationTime : null;
  if (concern.level === undefined && after === null) return null;
  return {
    ...(concern.level === undefined ? {} : { level: concern.level }),
    ...(after === null ? {} : { afterClusterTime: after }),
  };
}

function snapshotConcern({ snapshotTime }: ClientSession): Document {
  return { level: "snapshot", ...(snapshotTime === null ? {} : { atClusterTime: snapshotTime }) };
}

function transactionConcern(session: ClientSession | null): ReadConcern {
  const transaction = session?.transaction;
  return transaction !== undefined && "settings" in transaction ? transaction.settings.readConcern : {};
}
