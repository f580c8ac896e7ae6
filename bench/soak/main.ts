/**
 * Thousands of clients that come and go, work, leave things open and break off, for as long as is asked for; then looks
 * for what they left behind. `deno task soak --help` says how it is used. Exits with 1 if anything is not as it should
 * be. Needs Linux, whose `/proc` tells of the gateway.
 *
 * @module
 */
import { parseOptions, type SoakOptions, USAGE } from "./options.ts";
import { runSoak } from "./run_soak.ts";
import { formatFindings } from "./verdict.ts";

function readOptions(): SoakOptions {
  try {
    return parseOptions(Deno.args);
  } catch (error) {
    console.error(error instanceof TypeError ? error.message : error);
    Deno.exit(2);
  }
}

async function main(options: SoakOptions): Promise<number> {
  console.log(`${options.clients} clients for ${options.minutes} min, --io=${options.io} --workers=${options.workers}`);
  try {
    const findings = await runSoak(options, (line) => console.log(line));
    console.log(`\n${formatFindings(findings)}`);
    return findings.every(({ isGood }) => isGood) ? 0 : 1;
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return 1;
  }
}

if (import.meta.main) {
  if (Deno.args.includes("--help")) {
    console.log(USAGE);
    Deno.exit(0);
  }
  Deno.exit(await main(readOptions()));
}
