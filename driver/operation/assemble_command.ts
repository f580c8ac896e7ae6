import { Long } from "bson";
import type { Document } from "../../codec/bson_types.ts";
import { type ServerApi, serverApiFields } from "../handshake.ts";
import type { TopologyType } from "../sdam/topology_description.ts";
import type { ServerType } from "../sdam/server_description.ts";
import type { ReadPreference } from "../selection/read_preference.ts";
import type { ClusterTime } from "../session/cluster_time.ts";

/** What a command carries besides what it is about; what is `null` is not sent. */
export interface CommandExtras {
  readonly database: string;
  readonly lsid: Document | null;
  readonly txnNumber: number | null;
  /** The part in a transaction: its first command, or a later one. */
  readonly transaction: "start" | "continue" | null;
  readonly clusterTime: ClusterTime | null;
  readonly readPreference: Document | null;
  readonly readConcern: Document | null;
  readonly writeConcern: Document | null;
  readonly serverApi: ServerApi | null;
  readonly maxTimeMS: number | null;
}

/** Completes `body`, which it changes; fields that the user put there himself win where the server allows one only. */
export function assembleCommand(body: Document, extras: CommandExtras): Document {
  if (extras.readConcern !== null) body.readConcern ??= extras.readConcern;
  if (extras.writeConcern !== null) body.writeConcern ??= extras.writeConcern;
  if (extras.maxTimeMS !== null) body.maxTimeMS ??= extras.maxTimeMS;
  if (extras.lsid !== null) body.lsid = extras.lsid;
  if (extras.txnNumber !== null) body.txnNumber = Long.fromNumber(extras.txnNumber);
  if (extras.transaction === "start") body.startTransaction = true;
  if (extras.transaction !== null) body.autocommit = false;
  if (extras.clusterTime !== null) body.$clusterTime = extras.clusterTime;
  if (extras.serverApi !== null) Object.assign(body, serverApiFields(extras.serverApi));
  body.$db = extras.database;
  if (extras.readPreference !== null) body.$readPreference = extras.readPreference;
  return body;
}

/**
 * What `$readPreference` says to this server (server selection specification, "Passing read preference to mongos and
 * load balancers"); `null` if nothing.
 */
export function readPreferenceDocument(
  preference: ReadPreference,
  topologyType: TopologyType,
  serverType: ServerType,
): Document | null {
  if (topologyType === "Single" && serverType === "Standalone") return null;
  if (preference.mode !== "primary") return preferenceFields(preference);
  // The one member that is talked to may be a secondary.
  return topologyType === "Single" && serverType !== "Mongos" ? { mode: "primaryPreferred" } : null;
}

function preferenceFields({ mode, tags, maxStalenessSeconds, hedge }: ReadPreference): Document {
  return {
    mode,
    ...(tags === undefined || tags.length === 0 ? {} : { tags }),
    ...(maxStalenessSeconds === undefined || maxStalenessSeconds < 0 ? {} : { maxStalenessSeconds }),
    ...(hedge === undefined ? {} : { hedge }),
  };
}
