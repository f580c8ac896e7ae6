import type { Paint } from "./paint.ts";
import type { Picture } from "./screen.ts";
import { columns, formatClock, formatMs, formatNumber, sparkline } from "./text.ts";

/** The connections of one server, as it counts them itself. */
export interface ServerRow {
  readonly name: string;
  readonly role: string;
  /** Before anybody connected. */
  readonly idle: number;
  /** Null where it is not known yet. */
  readonly without: number | null;
  readonly withGateway: number | null;
  /** How many are the gateway's. */
  readonly gatewayConnections: number | null;
}

/** Everything that the live table shows. */
export interface Figures {
  /** What goes on. */
  readonly title: string;
  readonly elapsedMs: number;
  /** Client connections that are open, and how many there shall be. */
  readonly clients: number;
  readonly wantedClients: number;
  /** Null before the load. */
  readonly load: LoadFigures | null;
  readonly servers: readonly ServerRow[];
}

/** What the applications see. */
export interface LoadFigures {
  /** Operations a second: one figure for each second so far. */
  readonly rates: readonly number[];
  /** Of the last second, in milliseconds. */
  readonly p50: number | null;
  readonly p99: number | null;
  readonly retried: number;
  readonly restarted: number;
  readonly errors: number;
}

const RATES_SHOWN = 40;
const LABEL_WIDTH = 13;

/** Draws the live table. */
export function drawFigures(figures: Figures, paint: Paint): Picture {
  return {
    lines: [
      "",
      `  ${paint.bold(figures.title)}  ${paint.dim(formatClock(figures.elapsedMs))}`,
      "",
      ...loadLines(figures, paint),
      "",
      ...drawServers(figures.servers, paint),
      "",
    ],
    brief: brief(figures),
  };
}

/** The table of the servers' connections. */
export function drawServers(servers: readonly ServerRow[], paint: Paint): string[] {
  const heading = ["serverStatus().connections", "idle", "without torana", "with torana", "torana's"];
  const rows = servers.map((row) => [
    `${row.name}  ${row.role}`,
    formatNumber(row.idle),
    known(row.without),
    known(row.withGateway),
    known(row.gatewayConnections),
  ]);
  const [first = "", ...others] = columns([heading, ...rows]);
  return [`  ${paint.dim(first)}`, ...others.map((line) => `  ${line}`)];
}

function loadLines({ clients, wantedClients, load }: Figures, paint: Paint): string[] {
  const connected = `${formatNumber(clients)} of ${formatNumber(wantedClients)} connections`;
  const lines = [labelled("clients", clients < wantedClients ? connected : paint.green(connected), paint)];
  if (load === null) return lines;
  const { rates, p50, p99, retried, restarted, errors } = load;
  const rate = `${formatNumber(rates.at(-1) ?? 0)}/s`.padEnd(9);
  return [
    ...lines,
    labelled("operations", `${rate} ${paint.cyan(sparkline(rates, RATES_SHOWN))}`, paint),
    labelled("latency", `p50 ${formatMs(p50)}   p99 ${formatMs(p99)}`, paint),
    labelled("errors", errorsText(retried, restarted, errors, paint), paint),
  ];
}

function errorsText(retried: number, restarted: number, errors: number, paint: Paint): string {
  const reached = `${formatNumber(errors)} reached an application`;
  return [
    errors === 0 ? paint.green(reached) : paint.red(reached),
    `${formatNumber(retried)} retried by drivers`,
    ...restarted === 0 ? [] : [`${formatNumber(restarted)} cursors begun again`],
  ].join(", ");
}

function labelled(label: string, text: string, paint: Paint): string {
  return `  ${paint.dim(label.padEnd(LABEL_WIDTH))}${text}`;
}

function brief({ title, elapsedMs, clients, load, servers }: Figures): string {
  const connections = servers.map((row) => known(row.withGateway ?? row.without)).join(" / ");
  const parts = [`${formatClock(elapsedMs)} ${title}`, `clients ${formatNumber(clients)}`, `servers ${connections}`];
  if (load === null) return parts.join("  ");
  const { rates, p50, p99, retried, restarted, errors } = load;
  return [
    ...parts,
    `${formatNumber(rates.at(-1) ?? 0)}/s`,
    `p50 ${formatMs(p50)}`,
    `p99 ${formatMs(p99)}`,
    `retried ${formatNumber(retried + restarted)}`,
    `errors ${formatNumber(errors)}`,
  ].join("  ");
}

function known(value: number | null): string {
  return value === null ? "–" : formatNumber(value);
}
