import { brokenPromises, type Outcome } from "./outcome.ts";
import type { Paint } from "./paint.ts";
import { drawServers } from "./picture.ts";
import { formatCount, formatMs, formatNumber } from "./text.ts";

const ERRORS_SHOWN = 5;
const LABEL_WIDTH = 12;

/** What is left to read when the demo has ended. */
export function drawSummary(outcome: Outcome, paint: Paint): string[] {
  const broken = brokenPromises(outcome);
  return [
    "",
    paint.bold(headline(outcome)),
    "",
    ...drawServers(outcome.servers, paint),
    "",
    ...facts(outcome).map(([label, fact]) => `  ${paint.dim(label.padEnd(LABEL_WIDTH))}${fact}`),
    ...errorLines(outcome.errors, paint),
    "",
    ...broken.length === 0
      ? [paint.green("  All as promised.")]
      : broken.map((promise) => paint.red(`  Not as promised: ${promise}.`)),
    "",
  ];
}

function headline({ clients, upstream }: Outcome): string {
  const ratio = Math.floor(clients / Math.max(1, upstream));
  return `torana: ${formatNumber(clients)} client connections on ${upstream} connections a server, ${ratio} to 1`;
}

function facts(outcome: Outcome): (readonly [label: string, fact: string])[] {
  const { plan, mongodVersion, operations, loadMs, p50, p99, electionMs, longestMs, inserted, audit } = outcome;
  const seconds = loadMs / 1_000;
  const rate = `${formatNumber(operations / seconds)}/s`;
  const found = `${formatNumber(audit.entries)} of ${formatNumber(inserted)} acknowledged inserts`;
  return [
    ["load", `${plan.applications} applications × ${plan.poolSize} (npm:mongodb 7.9.0, mongod ${mongodVersion})`],
    [
      "operations",
      `${formatNumber(operations)} reads, writes, cursors, transactions in ${seconds.toFixed(0)} s: ${rate}`,
    ],
    ["latency", `p50 ${formatMs(p50)}, p99 ${formatMs(p99)}`],
    ["step-down", `another primary after ${formatMs(electionMs)}, longest operation ${formatMs(longestMs)}`],
    ["errors", errorsFact(outcome)],
    ["audit", `${found}, balance ${formatNumber(audit.money)} of ${formatNumber(audit.firstMoney)}`],
  ];
}

function errorsFact({ errors, retried, restarted }: Outcome): string {
  const cursors = restarted === 0 ? "" : `, ${formatCount(restarted, "interrupted cursor")} begun again`;
  return `${formatNumber(errors.length)} reached an application, ${formatNumber(retried)} retried by drivers${cursors}`;
}

/** The first of each kind. */
function errorLines(errors: readonly string[], paint: Paint): string[] {
  return [...new Set(errors)].slice(0, ERRORS_SHOWN).map((error) => paint.red(`    ${error}`));
}

/** How to reach what `--keep` has left running. */
export function drawKept(
  uris: { readonly gatewayUri: string; readonly replicaSetUri: string },
  paint: Paint,
): string[] {
  return [
    `  ${paint.bold("Running until Ctrl-C.")} Connect, for example with mongosh, to`,
    `    ${paint.cyan(uris.gatewayUri)}`,
    "  The servers behind it are",
    `    ${uris.replicaSetUri}`,
    "",
  ];
}
