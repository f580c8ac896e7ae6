import { inTableOrder } from "../contender.ts";
import type { LoadId } from "../load_kind.ts";
import type { Facts, Results } from "../results.ts";
import type { ServerId } from "../server_kind.ts";
import { Statistics } from "../statistics.ts";
import type { Point, SuiteId } from "../suite.ts";

/** The figures of all parts, as the pages want them. */
export class Measured {
  readonly #results: Results;

  constructor(results: Results) {
    this.#results = results;
  }

  /** Of any part that was measured; null where none was. */
  get facts(): Facts | null {
    return Object.values(this.#results)[0]?.facts ?? null;
  }

  of(suite: SuiteId): Statistics {
    return new Statistics(this.#results[suite]);
  }

  /** One load in front of one server: all numbers of clients, and who took part. */
  sweep(suite: SuiteId, server: ServerId, load: LoadId): Sweep {
    const statistics = this.of(suite);
    const clients = statistics.clients({ server, load });
    const points = clients.map((count): Point => ({ server, load, clients: count }));
    return { statistics, points, clients, through: inTableOrder(statistics.participants(points)) };
  }
}

/** Points that differ in the number of clients alone. */
export interface Sweep {
  readonly statistics: Statistics;
  readonly points: readonly Point[];
  readonly clients: readonly number[];
  readonly through: readonly string[];
}
