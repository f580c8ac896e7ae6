import type { MemoryTrend } from "./memory_trend.ts";
import { countKinds, megabytes } from "./progress_line.ts";
import { cpuPercent, type Snapshot } from "./snapshot.ts";
import type { ClientFigures } from "./tally.ts";
import type { LedgerVerdict } from "./write_ledger.ts";

/** All that is known in the end. */
export interface Outcome {
  /** Connections that the server had before there was a gateway. */
  readonly connectionsWithoutGateway: number;
  /** Before the first client. */
  readonly before: Snapshot;
  /** After the last one, when what they left open should be gone. */
  readonly after: Snapshot;
  /** Some seconds later. */
  readonly rested: Snapshot;
  /** Connections that the server has when the gateway is gone. */
  readonly connectionsAfterGateway: number;
  readonly exitCode: number;
  readonly clients: ClientFigures;
  readonly writes: LedgerVerdict;
  readonly memory: MemoryTrend;
  readonly maxPoolSize: number;
}

/** One thing that was looked at. */
export interface Finding {
  readonly what: string;
  readonly found: string;
  readonly expected: string;
  readonly isGood: boolean;
}

/** Late samples may be so many times the early ones. */
const MEMORY_FACTOR = 1.25;
/** What a gateway that has only started uses is no measure for later. */
const MEMORY_MINUTES = 8;
/** Percent of a processor that a gateway without clients may take. */
const REST_PERCENT = 5;

/** Judges everything that must be as before, or right. */
export function judge(outcome: Outcome): Finding[] {
  const { before, after, clients, writes, maxPoolSize } = outcome;
  const newUpstream = after.server.connections - before.server.connections;
  return [
    none("Wrong replies", clients.wrong),
    none("Errors", clients.errors),
    atMost("Acknowledged writes that are missing", writes.missing, 0),
    atMost("Writes that are there twice", writes.twice, 0),
    atMost("Writes that are there although they were given up", writes.unexpected, 0),
    atMost("Clients' connections at the gateway", after.clientConnections, 0),
    atMost("Connections to the server, more than before", newUpstream, maxPoolSize),
    atMost("Descriptors, more than before", after.gateway.descriptors - before.gateway.descriptors, newUpstream),
    atMost("Cursors at the server", after.server.cursors, before.server.cursors),
    atMost("Transactions at the server", after.server.transactions, before.server.transactions),
    flat(outcome.memory),
    rest(cpuPercent(after, outcome.rested)),
    atMost("Exit code of the gateway", outcome.exitCode, 0),
    atMost(
      "Connections to the server after the gateway's end",
      outcome.connectionsAfterGateway,
      outcome.connectionsWithoutGateway,
    ),
  ];
}

function none(what: string, kinds: Readonly<Record<string, number>>): Finding {
  return { what, found: countKinds(kinds), expected: "none", isGood: Object.keys(kinds).length === 0 };
}

function atMost(what: string, found: number, limit: number): Finding {
  return { what, found: String(found), expected: limit === 0 ? "0" : `at most ${limit}`, isGood: found <= limit };
}

function flat({ earlyBytes, lateBytes, bytesPerMinute, minutes }: MemoryTrend): Finding {
  const isShort = minutes < MEMORY_MINUTES;
  return {
    what: "Resident memory under load: early, late, a minute more",
    found: `${megabytes(earlyBytes)}, ${megabytes(lateBytes)}, ${megabytes(bytesPerMinute)}`,
    expected: isShort ? `judged from ${MEMORY_MINUTES} min on` : `late at most ${MEMORY_FACTOR} × early`,
    isGood: isShort || lateBytes <= MEMORY_FACTOR * earlyBytes,
  };
}

function rest(percent: number): Finding {
  return {
    what: "Share of a processor without clients",
    found: `${percent.toFixed(1)} %`,
    expected: `at most ${REST_PERCENT} %`,
    isGood: percent <= REST_PERCENT,
  };
}

/** A Markdown table of the findings. */
export function formatFindings(findings: readonly Finding[]): string {
  const rows = findings.map(({ what, found, expected, isGood }) =>
    `| ${what} | ${found} | ${expected} | ${isGood ? "yes" : "**no**"} |`
  );
  return ["| what | found | expected | as it should be |", "|---|---|---|---|", ...rows].join("\n");
}
