import type { Facts, Group, Results, SuiteResults } from "./results.ts";
import { withGroup } from "./results.ts";
import { type SuiteId, SUITES } from "./suite.ts";

/** Figures of different settings must not be put together. */
export class FactsError extends Error {
  override readonly name = "FactsError";
}

/** The results in a folder, a file for each part, written after every point so that a run can be taken up again. */
export class ResultsStore {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Everything that the folder holds. */
  async readAll(): Promise<Results> {
    const read = await Promise.all(SUITES.map(async (suite) => [suite, await this.#read(suite)] as const));
    return Object.fromEntries(read.filter(([, results]) => results !== null));
  }

  /** What is there of a part. Throws `FactsError` where it was measured with other settings. */
  async open(suite: SuiteId, facts: Facts): Promise<SuiteResults> {
    const found = await this.#read(suite);
    if (found === null) return { suite, facts, groups: [] };
    for (const key of Object.keys(facts) as (keyof Facts)[]) {
      if (found.facts[key] === facts[key]) continue;
      const change = `${key} was ${found.facts[key]} and is ${facts[key]}`;
      throw new FactsError(`${this.#pathOf(suite)} holds other figures: ${change}; use --fresh or another --results`);
    }
    return found;
  }

  /** Adds a group, and gives what there is now. */
  async add(results: SuiteResults, group: Group): Promise<SuiteResults> {
    const added = { ...results, groups: withGroup(results.groups, group) };
    await Deno.mkdir(this.#folder, { recursive: true });
    const path = this.#pathOf(results.suite);
    await Deno.writeTextFile(`${path}.new`, `${JSON.stringify(added)}\n`);
    await Deno.rename(`${path}.new`, path);
    return added;
  }

  /** Forgets a part. */
  async remove(suite: SuiteId): Promise<void> {
    await Deno.remove(this.#pathOf(suite)).catch((error) => {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    });
  }

  async #read(suite: SuiteId): Promise<SuiteResults | null> {
    try {
      return JSON.parse(await Deno.readTextFile(this.#pathOf(suite)));
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return null;
      throw error;
    }
  }

  #pathOf(suite: SuiteId): string {
    return `${this.#folder}/${suite}.json`;
  }
}
