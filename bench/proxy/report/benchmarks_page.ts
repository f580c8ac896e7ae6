import type { Facts } from "../results.ts";
import { CPU, P99, P999, RATE } from "../statistics.ts";
import { decimals, milliseconds, whole } from "./format.ts";
import { oneClientTable } from "./latency_section.ts";
import type { Measured } from "./measured.ts";
import { connectsTable, memoryTable } from "./memory_section.ts";
import { modesTable } from "./modes_section.ts";
import { neighbourTable } from "./neighbour_section.ts";
import { summaryTable } from "./summary_table.ts";
import { figureTable, ratioTable } from "./sweep_table.ts";

/** The page of figures, written as a whole. */
export function benchmarksPage(measured: Measured): string {
  const [mongod, nothing] = (["mongod", "null"] as const).map((server) => measured.sweep("throughput", server, "find"));
  return `# Benchmarks

Written by \`deno task bench:proxy\`, which anyone can run again; the machine decides the figures, so compare within a
table. Why a server does more behind a proxy, and when not: [coalescing](coalescing.md). What follows from it for a
fleet: [capacity](capacity.md).

${factsList(measured)}

## At a glance

${summaryTable(measured)}

## Throughput

![Throughput relative to direct connections by number of clients](throughput.svg)

Closed loops of \`find\` by \`_id\` on mongod. Direct connections in operations a second, the others relative to them:

${ratioTable(mongod!, RATE, whole)}

The same on a server that does nothing, so that a proxy is all there is to see:

${ratioTable(nothing!, RATE, whole)}

## Latency

![p50 and p99 by number of clients](latency.svg)

p99 on mongod: of direct connections in milliseconds, of the others relative to them.

${ratioTable(mongod!, P99, milliseconds)}

With thousands of direct connections the server's threads may be served so unevenly that some clients wait for seconds
while others are answered at once, which a p99 does not show. p99.9, in milliseconds:

${figureTable(mongod!, P999, milliseconds)}

${oneClientTable(measured)}

## CPU

![CPU time an operation by number of clients](cpu.svg)

CPU time of the process in µs an operation, direct is the server itself. On mongod:

${figureTable(mongod!, CPU, (value) => decimals(value, 1))}

On the null server:

${figureTable(nothing!, CPU, (value) => decimals(value, 1))}

## Other commands

Direct connections in operations a second, the others relative to them. torana answers \`ping\` itself while it knows a
server that would. On mongod:

${modesTable(measured, "mongod")}

On the null server:

${modesTable(measured, "null")}

## New connections

32 clients connect, send \`isMaster\`, read the reply and leave, over and over.

${connectsTable(measured)}

## Idle clients

![Memory with idle clients](memory.svg)

${memoryTable(measured)}

## A noisy neighbour

![p99 of small finds beside a client of 16 MB messages](neighbour.svg)

100 clients find small documents, alone and beside one client that reads documents of 16 MB, or inserts them, all the
time. Milliseconds; the factor is that of the p99; "16 MB/s" are the large messages a second. All of it shares the
machine: what direct connections suffer is the server's and the cores' share.

${neighbourTable(measured)}

## Running it again

\`\`\`sh
TORANA_PEERS="mongobetween=/path/to/mongobetween" deno task bench:proxy
\`\`\`

measures everything, which takes hours, and writes these pages. \`--suite=LIST\` measures parts; what was measured is
kept, so that a run that was stopped goes on. \`--help\` shows the rest. \`TORANA_LOADGEN\` names a load generator of
another kind, with the same flags; the project's own is a Deno program, which costs the machine more than one in a
compiled language does.
`;
}

function factsList(measured: Measured): string {
  const { facts } = measured;
  if (facts === null) return "Nothing was measured yet.";
  return `- Machine: ${facts.machine}. Clients, proxies and servers share it.
- ${programs(facts)}; proxies have ${facts.pool} upstream connections.
- Load: ${facts.generator}; bursts, think time, 5 ms queries and 16 MB messages: the project's own generator.
- Medians of ${measured.of("throughput").rounds} rounds of ${facts.secs} s a figure. Ratios are taken within a round,
  whose rows were measured one right after the other.
- "off" is without coalescing (\`--coalescing-window=0\`).`;
}

function programs({ deno, mongod }: Facts): string {
  return [`Deno ${deno}`, ...mongod === null ? [] : [`mongod ${mongod}`]].join(", ");
}
