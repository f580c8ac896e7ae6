import type { Server } from "../../driver/sdam/topology.ts";
import { AwaitLane } from "./await_lane.ts";

/** The lanes of a gateway's servers, each made when it is needed first. */
export class AwaitLanes {
  readonly #limit: number;
  readonly #lanes = new Map<Server, AwaitLane>();

  /** Takes how many commands each lane lets in at once. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  of(server: Server): AwaitLane {
    const known = this.#lanes.get(server);
    if (known !== undefined) return known;
    const lane = new AwaitLane(this.#limit);
    this.#lanes.set(server, lane);
    return lane;
  }

  /** The lane if it was needed yet. */
  find(server: Server): AwaitLane | undefined {
    return this.#lanes.get(server);
  }

  /** Forgets those of servers that are gone. */
  sweep(): void {
    for (const server of this.#lanes.keys()) if (server.isClosed) this.#lanes.delete(server);
  }
}
