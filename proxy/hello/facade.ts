import type { Document, ObjectId } from "bson";

/** What clients are told of the deployment, made from what its servers say of themselves. */
export interface Facade {
  /** In front of a standalone server the proxy looks like one; else like `mongos`. */
  readonly looksLike: "standalone" | "mongos";
  readonly minWireVersion: number;
  readonly maxWireVersion: number;
  readonly maxBsonObjectSize: number;
  readonly maxMessageSizeBytes: number;
  readonly maxWriteBatchSize: number;
  /** Minutes; `null` if a server has no sessions. */
  readonly logicalSessionTimeoutMinutes: number | null;
}

/** What one server says that clients are told. */
export interface FacadeSource {
  readonly isStandalone: boolean;
  readonly hello: Document;
}

/** Limits of every server since 3.6, for what a server leaves out. */
const SERVER_LIMITS = {
  maxBsonObjectSize: 16_777_216,
  maxMessageSizeBytes: 48_000_000,
  maxWriteBatchSize: 100_000,
} as const;

/** What all servers can do: the least of each. `null` if there is no server. */
export function describeFacade(servers: readonly FacadeSource[]): Facade | null {
  if (servers.length === 0) return null;
  const least = (key: string, otherwise: number) =>
    Math.min(...servers.map(({ hello }) => numberOf(hello[key], otherwise)));
  const sessions = servers.map(({ hello }) => hello.logicalSessionTimeoutMinutes);
  return {
    looksLike: servers.every((server) => server.isStandalone) ? "standalone" : "mongos",
    minWireVersion: Math.max(...servers.map(({ hello }) => numberOf(hello.minWireVersion, 0))),
    maxWireVersion: least("maxWireVersion", 0),
    maxBsonObjectSize: least("maxBsonObjectSize", SERVER_LIMITS.maxBsonObjectSize),
    maxMessageSizeBytes: least("maxMessageSizeBytes", SERVER_LIMITS.maxMessageSizeBytes),
    maxWriteBatchSize: least("maxWriteBatchSize", SERVER_LIMITS.maxWriteBatchSize),
    logicalSessionTimeoutMinutes: sessions.every((minutes) => typeof minutes === "number")
      ? Math.min(...sessions as number[])
      : null,
  };
}

/** Whether clients would be told the same. */
export function sameFacade(a: Facade | null, b: Facade | null): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function numberOf(value: unknown, otherwise: number): number {
  return typeof value === "number" ? value : otherwise;
}

/** A facade and its version, as drivers compare them (`topologyVersion`). */
export interface VersionedFacade {
  readonly facade: Facade;
  readonly processId: ObjectId;
  readonly counter: bigint;
}
