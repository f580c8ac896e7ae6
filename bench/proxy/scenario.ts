import { type Contender, DIRECT } from "./contender.ts";
import { type Endpoint, startContender } from "./endpoint.ts";
import type { LoadGenerator } from "./load_generator.ts";
import type { BenchServer, ServerId, ServerKinds } from "./server_kind.ts";

/** What a scenario is made of. */
export interface ScenarioParts {
  readonly servers: ServerKinds;
  readonly server: ServerId;
  readonly contenders: readonly Contender[];
  /** Upstream connections of a proxy. */
  readonly pool: number;
  readonly generator: LoadGenerator;
}

/** A server and every proxy in front of it, all running. */
export class Scenario implements AsyncDisposable {
  readonly server: BenchServer;
  readonly #endpoints = new Map<string, Endpoint>();

  private constructor(server: BenchServer) {
    this.server = server;
    this.#endpoints.set(DIRECT, server);
  }

  static async start({ servers, server, contenders, pool, generator }: ScenarioParts): Promise<Scenario> {
    const scenario = new Scenario(await servers.start(server));
    try {
      await scenario.server.prepare(0);
      const settings = { upstream: scenario.server.addr, pool, isPinned: server === "pinned", generator };
      for (const contender of contenders) {
        scenario.#endpoints.set(contender.id, await startContender(contender, settings));
      }
      return scenario;
    } catch (error) {
      await scenario[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Where a contender listens. */
  endpoint(id: string): Endpoint {
    return this.#endpoints.get(id)!;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const endpoint of [...this.#endpoints.values()].toReversed()) await endpoint[Symbol.asyncDispose]();
  }
}

/** Another order each round, so that none always comes after the same. */
export function inRound<T>(values: readonly T[], round: number): T[] {
  const start = round % values.length;
  return [...values.slice(start), ...values.slice(0, start)];
}
