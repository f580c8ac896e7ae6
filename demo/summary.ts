import { brokenPromises, type Outcome } from "./outcome.ts";
import type { Paint } from "./paint.ts";
import { drawServers } from "./picture.ts";
import { formatCount, formatMs, formatNumber } from "./text.ts";

const ERRORS_SHOWN = 5;

/** What is left to read when the demo has ended. */
export function drawSummary(outcome: Outcome, paint: Paint): string[] {
  const broken = brokenPromises(outcome);
  return [
    "",
    paint.bold(headline(outcome)),
    "",
    ...drawServers(outcome.servers, paint),
    "",
    ...facts(outcome).map((fact) => `  ${fact}`),
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

function facts(outcome: Outcome): string[] {
  const { plan, mongodVersion, operations, loadMs, p50, p99, inserted, audit } = outcome;
  const seconds = loadMs / 1_000;
  return [
    `${plan.applications} applications with ${plan.poolSize} connections each: npm:mongodb 7.9.0, mongod ${mongodVersion}`,
    `${formatNumber(operations)} reads, writes, cursors and transactions in ${seconds.toFixed(0)} s: ` +
    `${formatNumber(operations / seconds)}/s, p50 ${formatMs(p50)}, p99 ${formatMs(p99)}`,
    `A primary stepped down; the next one came after ${formatMs(outcome.electionMs)}, ` +
    `and nobody waited longer than ${formatMs(outcome.longestMs)}`,
    errorsFact(outcome),
    `${formatNumber(inserted)} insertions acknowledged, ${formatNumber(audit.entries)} are there; ` +
    `accounts hold ${formatNumber(audit.money)} of ${formatNumber(audit.firstMoney)}`,
  ];
}

function errorsFact({ errors, retried, restarted }: Outcome): string {
  const cursors = restarted === 0 ? "" : `, ${formatCount(restarted, "interrupted cursor")} begun again`;
  return `${formatCount(errors.length, "error")} reached an application, drivers retried ${
    formatNumber(retried)
  }${cursors}`;
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
