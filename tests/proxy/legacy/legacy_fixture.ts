import { type FixtureOptions, GatewayFixture } from "../support/gateway_fixture.ts";
import { Upstream } from "../support/upstream.ts";
import { LegacyTestClient } from "./legacy_client.ts";

/** A gateway in front of a server that does what a test says, and an old client of it. */
export interface LegacyFixture extends AsyncDisposable {
  readonly upstream: Upstream;
  readonly fixture: GatewayFixture;
  readonly client: LegacyTestClient;
  /** Connects another client, which is closed in the end. */
  connect(): Promise<LegacyTestClient>;
}

/** What {@linkcode openLegacy} accepts besides the gateway's options. */
export interface LegacyFixtureOptions extends FixtureOptions {
  /** @default one that lacks the old operations */
  readonly upstream?: Upstream;
  /** Options of the connection string, e.g. `?maxPoolSize=1`. */
  readonly query?: string;
}

export async function openLegacy(options: LegacyFixtureOptions = {}): Promise<LegacyFixture> {
  const { upstream = new Upstream(), query = "" } = options;
  const fixture = await GatewayFixture.open(`${upstream.uri}${query}`, options);
  const clients: LegacyTestClient[] = [];
  const connect = async () => {
    const client = await LegacyTestClient.connect(fixture.gateway.address);
    clients.push(client);
    return client;
  };
  return {
    upstream,
    fixture,
    client: await connect(),
    connect,
    async [Symbol.asyncDispose]() {
      for (const client of clients) client.close();
      await fixture[Symbol.asyncDispose]();
      await Promise.all(clients.map(({ closed }) => closed));
      await upstream[Symbol.asyncDispose]();
    },
  };
}
