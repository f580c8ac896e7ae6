/**
 * Measures what the gateway costs and gains beside direct connections and other proxies, and writes the pages about it:
 * `deno task bench:proxy --help`.
 *
 * @module
 */
import { type Contender, findContenders } from "./contender.ts";
import { startContender, startNullServer } from "./endpoint.ts";
import { LoadGenerator } from "./load_generator.ts";
import { measure } from "./measure.ts";
import { type BenchOptions, OptionError, parseOptions, USAGE } from "./options.ts";
import { writePages } from "./report/write_pages.ts";
import { FactsError, ResultsStore } from "./results_store.ts";
import { findServers } from "./server_kind.ts";

function tell(line: string): void {
  console.error(line);
}

async function main(): Promise<void> {
  const options = parseOptions(Deno.args);
  if (options === null) return console.log(USAGE);
  const store = new ResultsStore(options.results);
  if (!options.reportOnly) await run(options, store);
  for (const path of await writePages(await store.readAll(), options.docs)) console.log(path);
}

async function run(options: BenchOptions, store: ResultsStore): Promise<void> {
  if (options.isFresh) { for (const suite of options.suites) await store.remove(suite); }
  const generator = LoadGenerator.find();
  const servers = await findServers(generator, tell);
  const contenders = await thoseThatStart(findContenders(options.contenders), generator);
  const { machine, secs, warm, pool } = options;
  const facts = {
    machine,
    deno: Deno.version.deno,
    mongod: servers.version,
    generator: generator.name,
    secs,
    warm,
    pool,
  };
  const own = LoadGenerator.own();
  await measure({ options, facts, generator, own, contenders, servers, store, tell });
}

/** Not every backend works everywhere. */
async function thoseThatStart(contenders: readonly Contender[], generator: LoadGenerator): Promise<Contender[]> {
  await using server = await startNullServer(generator);
  const settings = { upstream: server.addr, pool: 1, isPinned: false, generator };
  const starting: Contender[] = [];
  for (const contender of contenders) {
    try {
      await using _endpoint = await startContender(contender, settings);
      starting.push(contender);
    } catch (error) {
      tell(`Left out: ${error instanceof Error ? error.message : error}`);
    }
  }
  return starting;
}

if (import.meta.main) {
  try {
    await main();
  } catch (error) {
    if (!(error instanceof OptionError || error instanceof FactsError)) throw error;
    console.error(error.message);
    Deno.exit(2);
  }
}
