import { type Contender, type Endpoint, startContender } from "./contender.ts";
import type { LoadGenerator } from "./load_generator.ts";
import type { BenchOptions } from "./options.ts";

/** A kind of server to measure in front of. */
export interface ServerKind {
  /** As the report names it. */
  readonly name: string;
  start(): Promise<Endpoint>;
}

/** A server and every proxy in front of it, all running. */
export class Scenario implements AsyncDisposable {
  readonly server: string;
  /** The server itself first. */
  readonly endpoints: readonly Endpoint[];

  private constructor(server: string, endpoints: readonly Endpoint[]) {
    this.server = server;
    this.endpoints = endpoints;
  }

  static async start(
    kind: ServerKind,
    contenders: readonly Contender[],
    { pool }: BenchOptions,
    generator: LoadGenerator,
  ): Promise<Scenario> {
    const endpoints = [await kind.start()];
    const scenario = new Scenario(kind.name, endpoints);
    try {
      for (const contender of contenders) {
        endpoints.push(await startContender(contender, endpoints[0]!.addr, pool, generator));
      }
      return scenario;
    } catch (error) {
      await scenario[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** The endpoints in another order each round, so that none always comes after the same. */
  inRound(round: number): Endpoint[] {
    const start = round % this.endpoints.length;
    return [...this.endpoints.slice(start), ...this.endpoints.slice(0, start)];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const endpoint of this.endpoints.toReversed()) await endpoint[Symbol.asyncDispose]();
  }
}
