import type { ServerDescription } from "../sdam/server_description.ts";
import type { TopologyDescription } from "../sdam/topology_description.ts";
import { isPlain, PRIMARY, type ReadPreference, type ReadPreferenceMode } from "./read_preference.ts";
import { selectServers } from "./select_servers.ts";

/** What a request for a server asks. */
export interface SelectionRequest {
  /** Which servers are right, unless {@linkcode SelectionRequest.isWrite} is set. */
  readonly readPreference: ReadPreference;
  /** A write needs a primary, a mongos or the one server, whatever the read preference. @default {false} */
  readonly isWrite?: boolean;
  /** Addresses to choose only if nothing else suits, e.g. where an attempt just failed. */
  readonly deprioritized?: ReadonlySet<string>;
  /** The only server that will do, whatever it is, as long as it is known. */
  readonly address?: string;
}

export interface SelectionCacheOptions<S> {
  readonly localThresholdMS: number;
  readonly heartbeatFrequencyMS: number;
  /** Gives what stands for a description. */
  readonly toServer: (description: ServerDescription) => S;
}

/** Read preferences with tags or staleness that are remembered for one description; clients can send any number. */
const MAX_REMEMBERED = 256;
/** Characters of a read preference that is remembered; clients can send tags of any length. */
const MAX_REMEMBERED_LENGTH = 1_024;

/**
 * Remembers which servers suit which request while the topology's description stays the same,
 * so that choosing one for a message costs a look-up.
 */
export class SelectionCache<S> {
  readonly #topology: TopologyDescription;
  readonly #options: SelectionCacheOptions<S>;
  readonly #byMode: Partial<Record<ReadPreferenceMode, readonly S[]>> = {};
  readonly #byKey = new Map<string, readonly S[]>();

  constructor(topology: TopologyDescription, options: SelectionCacheOptions<S>) {
    this.#topology = topology;
    this.#options = options;
  }

  /** The servers to choose from; empty if none suits. */
  candidates(request: SelectionRequest): readonly S[] {
    if (request.address !== undefined) return this.#known(request.address);
    if (request.deprioritized !== undefined && request.deprioritized.size > 0) {
      return this.#select(request);
    }
    const { readPreference, isWrite } = request;
    if (isWrite) return this.#byMode.primary ??= this.#select({ readPreference: PRIMARY });
    if (isPlain(readPreference)) return this.#byMode[readPreference.mode] ??= this.#select(request);
    return this.#remembered(request);
  }

  #known(address: string): readonly S[] {
    const server = this.#topology.servers.get(address);
    return server === undefined || server.type === "Unknown" ? [] : [this.#options.toServer(server)];
  }

  #remembered(request: SelectionRequest): readonly S[] {
    const { mode, tags, maxStalenessSeconds } = request.readPreference;
    const key = JSON.stringify([mode, tags, maxStalenessSeconds]);
    const known = this.#byKey.get(key);
    if (known !== undefined) return known;
    if (key.length > MAX_REMEMBERED_LENGTH) return this.#select(request);
    if (this.#byKey.size >= MAX_REMEMBERED) this.#byKey.clear();
    const servers = this.#select(request);
    this.#byKey.set(key, servers);
    return servers;
  }

  #select(request: SelectionRequest): readonly S[] {
    return selectServers(this.#topology, { ...request, ...this.#options })
      .map(this.#options.toServer);
  }
}
