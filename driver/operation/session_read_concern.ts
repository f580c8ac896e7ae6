import type { Document } from "../../codec/bson_types.ts";
import type { ReadConcern } from "../read_concern.ts";
import type { ClientSession } from "../session/client_session.ts";

/**
 * The read concern that a command of `session` carries; `null` if none. `own` is the operation's, absent if the command
 * takes none; `part` is the command's part in a transaction.
 */
export function sessionReadConcern(
  own: ReadConcern | undefined,
  session: ClientSession | null,
  part: "start" | "continue" | null,
): Document | null {
  if (part === "continue") return null;
  if (session?.snapshotEnabled) return snapshotConcern(session);
  const concern = part === "start" ? transactionConcern(session) : own;
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
