import type { Document, Timestamp } from "../../codec/bson_types.ts";

/** A moment of a cluster's logical clock as the servers pass it around, signed by them. */
export interface ClusterTime {
  /** The moment. */
  readonly clusterTime: Timestamp;
  /** Proves to servers that one of them gave the time out. */
  readonly signature?: Document;
}

/** The later of two cluster times; the first one if they are equal. */
export function laterClusterTime(a: ClusterTime | null, b: ClusterTime | null): ClusterTime | null {
  if (a === null || b === null) return a ?? b;
  return b.clusterTime.greaterThan(a.clusterTime) ? b : a;
}

/** Reads `$clusterTime` out of a reply; `null` if the server sent none. */
export function clusterTimeOf(reply: Document): ClusterTime | null {
  return reply.$clusterTime?.clusterTime === undefined ? null : reply.$clusterTime;
}
