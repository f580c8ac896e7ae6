import { ObjectId as BsonObjectId } from "bson";
import type { Document, ObjectId } from "../../codec/bson_types.ts";

/** How a server process numbers its states: compares only between replies of one process. */
export interface TopologyVersion {
  /** Changes when the server is restarted. */
  readonly processId: ObjectId;
  /** Grows with every change of the server's state. */
  readonly counter: bigint;
}

/** Reads `topologyVersion` out of a reply; `null` if the server sent none (before MongoDB 4.4). */
export function parseTopologyVersion(reply: Document): TopologyVersion | null {
  const version: unknown = reply.topologyVersion;
  if (typeof version !== "object" || version === null) return null;
  const { processId, counter } = version as Record<string, unknown>;
  if (!(processId instanceof BsonObjectId) || counter === undefined) return null;
  return { processId, counter: BigInt(String(counter)) };
}

/**
 * Compares what we know with what just came: negative if `next` is newer, 0 if equal, positive if `next` is older.
 * An absent version, and one of another process, counts as newer (SDAM, "topologyVersion Comparison").
 */
export function compareTopologyVersion(
  current: TopologyVersion | null,
  next: TopologyVersion | null,
): number {
  if (current === null || next === null || !current.processId.equals(next.processId)) return -1;
  if (current.counter === next.counter) return 0;
  return current.counter < next.counter ? -1 : 1;
}
