/**
 * Measures what the gateway costs beside direct connections and other proxies: `deno task bench:proxy --help`.
 *
 * @module
 */
import { findContenders, startNullServer } from "./contender.ts";
import { LoadGenerator } from "./load_generator.ts";
import { measure } from "./measure.ts";
import { mongodVersion, startMongod } from "./mongod_endpoint.ts";
import { OptionError, parseOptions, USAGE } from "./options.ts";
import { report } from "./report.ts";
import type { ServerKind } from "./scenario.ts";

async function main(): Promise<number> {
  const options = parseOptions(Deno.args);
  if (options === null) {
    console.log(USAGE);
    return 0;
  }
  const generator = LoadGenerator.find();
  const results = await measure({
    options,
    generator,
    contenders: findContenders(),
    servers: await serverKinds(generator),
    tell: (line) => console.error(line),
  });
  const text = report(results, { options, generator: generator.name });
  console.log(text);
  if (options.output !== null) await Deno.writeTextFile(options.output, text);
  return 0;
}

async function serverKinds(generator: LoadGenerator): Promise<ServerKind[]> {
  const nullServer = { name: "a null server", start: () => startNullServer(generator) };
  const version = await mongodVersion();
  if (version !== null) return [nullServer, { name: `mongod ${version}`, start: startMongod }];
  console.error("There is no mongod: only the null server is measured");
  return [nullServer];
}

if (import.meta.main) {
  try {
    Deno.exit(await main());
  } catch (error) {
    if (!(error instanceof OptionError)) throw error;
    console.error(error.message);
    Deno.exit(2);
  }
}
