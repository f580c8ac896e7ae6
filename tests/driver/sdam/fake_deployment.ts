import type { Document } from "bson";
import { formatHostAddress, parseHostAddress } from "../../../driver/address.ts";
import { type MongoError, MongoNetworkError } from "../../../driver/error.ts";
import type { DriverEvent } from "../../../driver/event.ts";
import { ConnectionPool } from "../../../driver/pool/connection_pool.ts";
import { parseServerDescription, unknownServerDescription } from "../../../driver/sdam/server_description.ts";
import { Topology, type TopologyOptions } from "../../../driver/sdam/topology.ts";
import { FakeMonitor } from "./fake_monitor.ts";

/** A topology over monitors and pools that do no I/O. */
export class FakeDeployment implements AsyncDisposable {
  readonly topology: Topology;
  readonly events: DriverEvent[] = [];
  readonly #monitors = new Map<string, FakeMonitor>();

  constructor(seeds: readonly string[], options: Partial<TopologyOptions> = {}) {
    this.topology = new Topology({
      seeds: seeds.map(parseHostAddress),
      createPool: (address, onConnectionFailed) =>
        new ConnectionPool({
          address: formatHostAddress(address),
          connect: neverConnect,
          loadBalanced: options.loadBalanced ?? false,
          onConnectionFailed,
        }),
      createMonitorConnection: () => Promise.reject(new MongoNetworkError("Tests do not connect")),
      createMonitor: (monitorOptions) => {
        const monitor = new FakeMonitor(monitorOptions);
        this.#monitors.set(monitor.address, monitor);
        return monitor;
      },
      onEvent: (event) => this.events.push(event),
      ...options,
    });
    this.topology.open();
  }

  /** The newest monitor of an address. */
  monitor(address: string): FakeMonitor {
    const monitor = this.#monitors.get(address);
    if (monitor === undefined) throw new Error(`Nothing monitors ${address}`);
    return monitor;
  }

  /** Plays a check that `hello` answers; `roundTripTime` is the average. */
  check(address: string, hello: Document, roundTripTime = 1): void {
    this.monitor(address).listener.onChecked(
      parseServerDescription(address, { ok: 1, maxWireVersion: 21, ...hello }, roundTripTime),
    );
  }

  /** Plays a check that fails. */
  fail(address: string, error: MongoError = new MongoNetworkError("Connection refused")): void {
    this.monitor(address).listener.onCheckFailed(unknownServerDescription(address, { error }), error);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.topology.close();
  }
}

/** Replies of members of a replica set. */
export const member = {
  primary: (hosts: string[], more: Document = {}): Document => ({
    isWritablePrimary: true,
    setName: "rs",
    hosts,
    ...more,
  }),
  secondary: (hosts: string[], more: Document = {}): Document => ({
    isWritablePrimary: false,
    secondary: true,
    setName: "rs",
    hosts,
    ...more,
  }),
};

function neverConnect(info: { readonly signal: AbortSignal }): Promise<never> {
  return new Promise((_, reject) => info.signal.addEventListener("abort", () => reject(info.signal.reason)));
}
