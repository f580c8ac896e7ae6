import type { Document } from "bson";
import { parseHostAddress } from "../../../driver/address.ts";
import { parseConnectionString } from "../../../driver/connection_string.ts";
import { DEFAULT_LIMITS } from "../../../proxy/limits.ts";
import { Mirror } from "../../../proxy/mirror/mirror.ts";
import type { MirrorConfig } from "../../../proxy/mirror/mirror_config.ts";
import { EventLog } from "../support/event_log.ts";
import { RawClient } from "../support/raw_client.ts";
import { testTransport } from "../support/test_transport.ts";
import { freePorts } from "./free_ports.ts";

/** How a mirror under test differs from one with three ports. */
export interface MirrorFixtureOptions {
  /** How many ports it has. @default {3} */
  readonly ports?: number;
  readonly map?: MirrorConfig["map"];
  readonly advertise?: string;
  readonly maxWireVersion?: number;
  /** @default {true} */
  readonly ping?: boolean;
}

/** A mirror on the loopback with what it tells, and the clients that a test connects to it. */
export class MirrorFixture extends EventLog implements AsyncDisposable {
  readonly mirror: Mirror;
  readonly #clients: RawClient[] = [];

  private constructor(uri: string, options: MirrorFixtureOptions) {
    super();
    this.mirror = new Mirror(
      {
        label: "test",
        seeds: parseConnectionString(uri),
        listenHost: "127.0.0.1",
        ports: freePorts(options.ports ?? 3),
        map: options.map ?? new Map(),
        advertise: options.advertise ?? null,
        gateway: {
          unlink: false,
          compressors: ["snappy", "zlib"],
          limits: DEFAULT_LIMITS,
          ...options.maxWireVersion === undefined ? {} : { maxWireVersion: options.maxWireVersion },
        },
      },
      (event) => this.take(event),
      testTransport,
    );
  }

  /** Opens a mirror of the set at `uri`. */
  static async open(uri: string, options: MirrorFixtureOptions = {}): Promise<MirrorFixture> {
    const fixture = new MirrorFixture(uri, options);
    await fixture.mirror.open({ ping: options.ping ?? true });
    return fixture;
  }

  /** Where clients reach a member. Throws if it has no port. */
  addressOf(member: string): string {
    const address = this.mirror.status().members.find((status) => status.member === member)?.address;
    if (address == null) throw new Error(`${member} has no port`);
    return address;
  }

  /** Connects a client to a member's listener; the fixture closes it in the end. */
  async connect(member: string): Promise<RawClient> {
    const client = await RawClient.connect(parseHostAddress(this.addressOf(member)));
    this.#clients.push(client);
    return client;
  }

  /** What a new client is told by a member. */
  async hello(member: string): Promise<Document> {
    return await (await this.connect(member)).command({ hello: 1 });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.mirror.close();
    for (const client of this.#clients) client.close();
    await Promise.all(this.#clients.map(({ closed }) => closed));
  }
}
