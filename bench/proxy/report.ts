import { DIRECT } from "./contender.ts";
import type { Measurement } from "./load/measurement.ts";
import { markdownTable } from "./markdown_table.ts";
import type { BenchOptions } from "./options.ts";
import { median, type Results, type Series } from "./results.ts";

/** What the report says besides the figures. */
export interface ReportFrame {
  readonly options: BenchOptions;
  /** The load generator's name. */
  readonly generator: string;
}

/** The report of a run, in Markdown. */
export function report(results: Results, frame: ReportFrame): string {
  const servers = [...new Set(results.series.map(({ server }) => server))];
  return [
    introduction(frame),
    ...servers.map((server) => `## On ${server}\n\n${throughputTable(results.series, server)}`),
    footprintSection(results, frame),
  ].join("\n");
}

function introduction({ options, generator }: ReportFrame): string {
  const { machine, pool, rounds, secs } = options;
  return `# Benchmarks

\`find\` by \`_id\` in closed loops, directly and through a proxy with ${pool} upstream connections.

- Machine: ${machine}; clients, proxies and servers share it. Deno ${Deno.version.deno}.
- Load generator: ${generator}.
- Medians of ${rounds} ${rounds === 1 ? "round" : "rounds"}; ${secs} s a figure, the rows of a table taken in turn.
- "To direct" is a ratio of the operations a second, taken within each round.
- CPU is the time of the proxy's process, in direct rows the server's own.

The machine decides the figures; compare the rows of one run. \`deno task bench:proxy\` runs it.
`;
}

function throughputTable(series: readonly Series[], server: string): string {
  const head = ["Clients", "Through", "Operations/s", "To direct", "p50 ms", "p99 ms", "CPU µs an operation"];
  const rows = series.filter((it) => it.server === server).map((it) => [
    it.clients.toLocaleString("en"),
    it.through,
    whole(medianOf(it, ({ ops_s }) => ops_s)),
    ratioToDirect(it, series),
    decimals(medianOf(it, ({ p50_us }) => p50_us) / 1000, 2),
    decimals(medianOf(it, ({ p99_us }) => p99_us) / 1000, 2),
    decimals(medianOf(it, ({ cpu_us_op }) => cpu_us_op ?? NaN), 1),
  ]);
  return markdownTable([head, ...rows], 2) + failuresIn(series.filter((it) => it.server === server));
}

function ratioToDirect(series: Series, all: readonly Series[]): string {
  const { server, clients, through, samples } = series;
  if (through === DIRECT) return "1.00";
  const direct = all.find((it) => it.server === server && it.clients === clients && it.through === DIRECT)!;
  return decimals(median(samples.map(({ ops_s }, round) => ops_s / direct.samples[round]!.ops_s)), 2);
}

function footprintSection({ footprints, footprintServer }: Results, { options }: ReportFrame): string {
  const idle = options.idle.toLocaleString("en");
  const head = [
    "Through",
    `MB with ${idle} idle clients`,
    "KB a further idle client",
    "New connections/s",
    "CPU µs a new connection",
  ];
  const rows = footprints.map((it) => [
    it.through,
    whole(medianOf(it, ({ many }) => many.rss_mb ?? NaN)),
    decimals(medianOf(it, ({ few, many }) => kilobytesBetween(few, many)), 1),
    whole(medianOf(it, ({ connects }) => connects.ops_s)),
    decimals(medianOf(it, ({ connects }) => connects.cpu_us_op ?? NaN), 1),
  ]);
  return `## Idle clients and new connections, on ${footprintServer}

Resident memory of the process. A new connection sends \`isMaster\` and is closed after the reply.

${markdownTable([head, ...rows], 1)}`;
}

function kilobytesBetween(few: Measurement, many: Measurement): number {
  return ((many.rss_mb ?? NaN) - (few.rss_mb ?? NaN)) * 1024 / (many.idle - few.idle);
}

/** A line on clients that failed, where some did. */
function failuresIn(series: readonly Series[]): string {
  const failed = series.map((it) => ({ ...it, errs: it.samples.reduce((sum, { errs }) => sum + errs, 0) }));
  const lines = failed.filter(({ errs }) => errs > 0).map((it) => `${it.through} with ${it.clients}: ${it.errs}`);
  return lines.length === 0 ? "" : `\nClients that failed: ${lines.join(", ")}.\n`;
}

function medianOf<T>({ samples }: { readonly samples: readonly T[] }, value: (sample: T) => number): number {
  return median(samples.map(value));
}

function whole(value: number): string {
  return Math.round(value).toLocaleString("en");
}

function decimals(value: number, digits: number): string {
  return Number.isNaN(value) ? "–" : value.toFixed(digits);
}
