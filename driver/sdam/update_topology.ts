import type { ObjectId } from "bson";
import { isDataBearing, type ServerDescription, unknownServerDescription } from "./server_description.ts";
import type { TopologyDescription, TopologyType } from "./topology_description.ts";
import { wireVersionProblem } from "./wire_versions.ts";

/** From MongoDB 6.0 on an election id outranks a set version. */
const ELECTION_ID_FIRST_WIRE_VERSION = 17;

/**
 * Takes in what a check of one server told; outcomes of servers that are not part of the topology change nothing
 * (SDAM, "Updating the TopologyDescription").
 */
export function updateTopologyDescription(
  topology: TopologyDescription,
  server: ServerDescription,
): TopologyDescription {
  if (!topology.servers.has(server.address)) return topology;
  const draft = new Draft(topology);
  draft.take(server);
  return draft.finish();
}

/** A copy under construction, so that the rules read as the specification states them. */
class Draft {
  #type: TopologyType;
  #setName: string | null;
  #maxElectionId: ObjectId | null;
  #maxSetVersion: number | null;
  readonly #servers: Map<string, ServerDescription>;
  readonly #original: TopologyDescription;

  constructor(topology: TopologyDescription) {
    this.#original = topology;
    this.#type = topology.type;
    this.#setName = topology.setName;
    this.#maxElectionId = topology.maxElectionId;
    this.#maxSetVersion = topology.maxSetVersion;
    this.#servers = new Map(topology.servers);
  }

  take(server: ServerDescription): void {
    this.#servers.set(server.address, server);
    switch (this.#type) {
      case "Single":
        return this.#takeSingle(server);
      case "LoadBalanced":
        return;
      case "Unknown":
        return this.#takeUnknown(server);
      case "Sharded":
        return this.#takeSharded(server);
      case "ReplicaSetNoPrimary":
      case "ReplicaSetWithPrimary":
        this.#takeMember(server);
        return this.#checkIfHasPrimary();
    }
  }

  finish(): TopologyDescription {
    const servers = [...this.#servers.values()];
    return {
      type: this.#type,
      setName: this.#setName,
      maxElectionId: this.#maxElectionId,
      maxSetVersion: this.#maxSetVersion,
      servers: this.#servers,
      seedCount: this.#original.seedCount,
      compatibilityError: servers.map(wireVersionProblem).find((problem) => problem !== null) ?? null,
      logicalSessionTimeoutMinutes: smallestSessionTimeout(servers),
    };
  }

  #takeSingle(server: ServerDescription): void {
    if (this.#setName === null || server.type === "Unknown" || server.setName === this.#setName) return;
    const error = new Error(
      `Server is a member of ${server.setName === null ? "no replica set" : `"${server.setName}"`}, ` +
        `expected "${this.#setName}"`,
    );
    const { lastUpdateTime } = server;
    this.#servers.set(server.address, unknownServerDescription(server.address, { error, lastUpdateTime }));
  }

  #takeUnknown(server: ServerDescription): void {
    switch (server.type) {
      case "Standalone":
        if (this.#original.seedCount === 1) this.#type = "Single";
        else this.#servers.delete(server.address);
        return;
      case "Mongos":
        this.#type = "Sharded";
        return;
      case "RSPrimary":
      case "RSSecondary":
      case "RSArbiter":
      case "RSOther":
        this.#type = "ReplicaSetNoPrimary";
        this.#takeMember(server);
        return this.#checkIfHasPrimary();
      case "RSGhost":
      case "LoadBalancer":
      case "Unknown":
        return;
    }
  }

  #takeSharded(server: ServerDescription): void {
    if (server.type !== "Mongos" && server.type !== "Unknown") this.#servers.delete(server.address);
  }

  /** The columns ReplicaSetNoPrimary and ReplicaSetWithPrimary of the specification's table. */
  #takeMember(server: ServerDescription): void {
    switch (server.type) {
      case "Standalone":
      case "Mongos":
        this.#servers.delete(server.address);
        return;
      case "RSPrimary":
        return this.#updateFromPrimary(server);
      case "RSSecondary":
      case "RSArbiter":
      case "RSOther":
        return this.#type === "ReplicaSetWithPrimary"
          ? this.#updateFromMemberBesidePrimary(server)
          : this.#updateFromMember(server);
      case "RSGhost":
      case "LoadBalancer":
      case "Unknown":
        return;
    }
  }

  /** updateRSWithoutPrimary. */
  #updateFromMember(server: ServerDescription): void {
    this.#setName ??= server.setName;
    if (this.#setName !== server.setName) {
      this.#servers.delete(server.address);
      return;
    }
    this.#addMembers(server);
    this.#removeIfMisnamed(server);
  }

  /** updateRSWithPrimaryFromMember: only a primary may add members. */
  #updateFromMemberBesidePrimary(server: ServerDescription): void {
    if (this.#setName !== server.setName) this.#servers.delete(server.address);
    else this.#removeIfMisnamed(server);
  }

  /** updateRSFromPrimary. */
  #updateFromPrimary(primary: ServerDescription): void {
    this.#setName ??= primary.setName;
    if (this.#setName !== primary.setName) {
      this.#servers.delete(primary.address);
      return;
    }
    if (this.#isStalePrimary(primary)) {
      const error = new Error(
        "primary marked stale due to electionId/setVersion mismatch, " +
          `${tuple(primary.electionId, primary.setVersion)} is stale compared to ` +
          tuple(this.#maxElectionId, this.#maxSetVersion),
      );
      return this.#invalidate(primary, error);
    }
    this.#recordElection(primary);
    this.#invalidateOtherPrimaries(primary);
    this.#addMembers(primary);
    const members = membersOf(primary);
    for (const address of this.#servers.keys()) {
      if (!members.has(address)) this.#servers.delete(address);
    }
  }

  #isStalePrimary({ electionId, setVersion, maxWireVersion }: ServerDescription): boolean {
    const byElection = compareNullable(electionId, this.#maxElectionId, compareIds);
    const byVersion = compareNullable(setVersion, this.#maxSetVersion, (a, b) => a - b);
    if (maxWireVersion >= ELECTION_ID_FIRST_WIRE_VERSION) {
      return byElection < 0 || (byElection === 0 && byVersion < 0);
    }
    if (setVersion === null || electionId === null) return false;
    if (this.#maxSetVersion === null || this.#maxElectionId === null) return false;
    return byVersion < 0 || (byVersion === 0 && byElection < 0);
  }

  #recordElection({ electionId, setVersion, maxWireVersion }: ServerDescription): void {
    if (maxWireVersion >= ELECTION_ID_FIRST_WIRE_VERSION) {
      this.#maxElectionId = electionId;
      this.#maxSetVersion = setVersion;
      return;
    }
    if (setVersion === null) return;
    if (electionId !== null) this.#maxElectionId = electionId;
    if (this.#maxSetVersion === null || setVersion > this.#maxSetVersion) this.#maxSetVersion = setVersion;
  }

  #invalidateOtherPrimaries(primary: ServerDescription): void {
    for (const server of this.#servers.values()) {
      if (server.type !== "RSPrimary" || server.address === primary.address) continue;
      this.#invalidate(server, new Error("primary marked stale due to discovery of newer primary"));
    }
  }

  #invalidate({ address, lastUpdateTime }: ServerDescription, error: Error): void {
    this.#servers.set(address, unknownServerDescription(address, { error, lastUpdateTime }));
  }

  #addMembers(server: ServerDescription): void {
    for (const address of membersOf(server)) {
      if (!this.#servers.has(address)) this.#servers.set(address, unknownServerDescription(address));
    }
  }

  /** A member that goes by another name in the set's configuration is found again under that name. */
  #removeIfMisnamed(server: ServerDescription): void {
    if (server.me !== null && server.me !== server.address) this.#servers.delete(server.address);
  }

  #checkIfHasPrimary(): void {
    const hasPrimary = [...this.#servers.values()].some((server) => server.type === "RSPrimary");
    this.#type = hasPrimary ? "ReplicaSetWithPrimary" : "ReplicaSetNoPrimary";
  }
}

function membersOf(server: ServerDescription): Set<string> {
  return new Set([...server.hosts, ...server.passives, ...server.arbiters]);
}

function smallestSessionTimeout(servers: readonly ServerDescription[]): number | null {
  const timeouts = servers.filter((server) => isDataBearing(server.type))
    .map((server) => server.logicalSessionTimeoutMinutes);
  if (timeouts.length === 0 || timeouts.includes(null)) return null;
  return Math.min(...timeouts.map(Number));
}

/** `null` counts as less than anything else. */
function compareNullable<T>(a: T | null, b: T | null, compare: (a: T, b: T) => number): number {
  if (a === null || b === null) return Number(a !== null) - Number(b !== null);
  return compare(a, b);
}

/** Later elections have greater ids, byte by byte. */
function compareIds(a: ObjectId, b: ObjectId): number {
  const [left, right] = [a.toHexString(), b.toHexString()];
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

function tuple(electionId: ObjectId | null, setVersion: number | null): string {
  return `(${electionId?.toHexString() ?? null}, ${setVersion})`;
}
