/**
 * One process of load: `deno run -A load_main.ts PLAN`, where PLAN is a {@linkcode LoadPlan} as JSON. Reads
 * {@linkcode LoadOrder}s, one a line, and writes a {@linkcode LoadReport} as one line of JSON now and then. The end of its
 * input ends it.
 *
 * @module
 */
import { lines } from "../lines.ts";
import { pause } from "../pause.ts";
import { Application } from "./application.ts";
import { CommandWatch } from "./command_watch.ts";
import type { LoadOrder, LoadPlan, LoadReport } from "./load_report.ts";
import { Tally } from "./tally.ts";

const REPORT_INTERVAL_MS = 500;
/** Multiples of the golden ratio, modulo anything, are spread evenly: applications seldom begin at the same time. */
const GOLDEN_RATIO = (1 + Math.sqrt(5)) / 2;

async function main(plan: LoadPlan): Promise<void> {
  const watch = new CommandWatch();
  const tally = new Tally();
  const applications = numbersOf(plan).map((number) => new Application({ ...plan, number }, watch, tally));
  setInterval(() => report(applications, watch, tally), REPORT_INTERVAL_MS);
  void connectAll(applications, plan.connectIntervalMs);
  for await (const order of lines(Deno.stdin.readable)) obey(order as LoadOrder, applications, plan);
}

/** The numbers of this process's applications. */
function numbersOf({ applications, firstApplication, loadProcesses }: LoadPlan): number[] {
  return Array.from({ length: applications }, (_, number) => number)
    .filter((number) => number % loadProcesses === firstApplication);
}

/** One after the other, so that the servers have time for it. */
async function connectAll(applications: readonly Application[], intervalMs: number): Promise<void> {
  for (const application of applications) {
    await application.connect();
    await pause(intervalMs);
  }
}

function obey(order: LoadOrder, own: readonly Application[], { warmUpMs }: LoadPlan): void {
  for (const application of own) {
    if (order === "rest") application.rest();
    else setTimeout(() => application.work(), (application.number * GOLDEN_RATIO % 1) * warmUpMs);
  }
}

function report(applications: readonly Application[], watch: CommandWatch, tally: Tally): void {
  const line: LoadReport = {
    ...tally.take(),
    connections: watch.connections,
    workedConnections: watch.workedConnections,
    late: applications.flatMap((application) => application.late),
    isResting: applications.every((application) => application.isResting),
  };
  console.log(JSON.stringify(line));
}

if (import.meta.main) {
  await main(JSON.parse(Deno.args[0] ?? "") as LoadPlan);
  // Sockets that a driver keeps open would keep the process alive.
  Deno.exit(0);
}
