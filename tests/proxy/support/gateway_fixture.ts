import type { CompressorName } from "../../../codec/op_compressed.ts";
import { parseConnectionString } from "../../../driver/connection_string.ts";
import type { Transport } from "../../../driver/transport/transport.ts";
import type { CreateFront } from "../../../proxy/front.ts";
import { Gateway } from "../../../proxy/gateway.ts";
import type { LegacyOpcodes } from "../../../proxy/gateway_config.ts";
import type { GatewayStatus, ServerStatus } from "../../../proxy/gateway_status.ts";
import { DEFAULT_LIMITS, type GatewayLimits } from "../../../proxy/limits.ts";
import { EventLog } from "./event_log.ts";
import { RawClient } from "./raw_client.ts";
import { testTransport } from "./test_transport.ts";

/** How a gateway under test differs from one with defaults. */
export interface FixtureOptions {
  readonly limits?: Partial<GatewayLimits>;
  readonly compressors?: readonly CompressorName[];
  readonly legacyOpcodes?: LegacyOpcodes;
  /** @default {true} */
  readonly ping?: boolean;
  /** Takes the place of that of all gateways of the file. */
  readonly transport?: Transport;
  readonly createFront?: CreateFront;
}

/** A gateway on the loopback with what it tells, and the clients that a test connects to it. */
export class GatewayFixture extends EventLog implements AsyncDisposable {
  readonly gateway: Gateway;
  readonly #clients: RawClient[] = [];

  private constructor(uri: string, options: FixtureOptions) {
    super();
    const { limits = {}, compressors = ["zstd", "snappy", "zlib"], legacyOpcodes = "auto" } = options;
    this.gateway = new Gateway(
      {
        listen: { kind: "tcp", host: "127.0.0.1", port: 0 },
        unlink: false,
        label: "test",
        upstream: parseConnectionString(uri),
        compressors,
        legacyOpcodes,
        limits: { ...DEFAULT_LIMITS, ...limits },
      },
      (event) => this.take(event),
      options.transport ?? testTransport,
      null,
      options.createFront,
    );
  }

  /** Opens a gateway in front of `uri`. */
  static async open(uri: string, options: FixtureOptions = {}): Promise<GatewayFixture> {
    const fixture = new GatewayFixture(uri, options);
    await fixture.gateway.open({ ping: options.ping ?? true });
    return fixture;
  }

  /** Connects a client that the fixture closes in the end. */
  async connect(): Promise<RawClient> {
    const client = await RawClient.connect(this.gateway.address);
    this.#clients.push(client);
    return client;
  }

  get status(): GatewayStatus {
    return this.gateway.status();
  }

  /** The figures of the only server, or of the one at `index`. */
  server(index = 0): ServerStatus {
    return this.status.servers[index]!;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.gateway.close();
    for (const client of this.#clients) client.close();
    await Promise.all(this.#clients.map(({ closed }) => closed));
  }
}
