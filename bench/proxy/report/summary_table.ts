import { contenderName, DIRECT, GATEWAYS } from "../contender.ts";
import { CPU, type Figure, MEMORY, P50, P99, RATE } from "../statistics.ts";
import type { Point } from "../suite.ts";
import { decimals, whole } from "./format.ts";
import { markdownTable } from "./markdown_table.ts";
import type { Measured } from "./measured.ts";
import { neighbourFigures } from "./neighbour_section.ts";

/** The gateways of the summary: coalescing and with one worker, as by default. */
const MAIN_GATEWAYS = ["deno", "epoll"];
const MICROSECONDS = 1000;

type Cell = (id: string) => string;

/** The figures that matter most, a row for each, a column for each proxy. */
export function summaryTable(measured: Measured): string {
  const { through } = measured.sweep("throughput", "mongod", "find");
  const ids = through.filter((id) => MAIN_GATEWAYS.includes(id) || (id !== DIRECT && !GATEWAYS.includes(id)));
  if (ids.length === 0) return markdownTable([[]], 1);
  const rows = rowsOf(measured).map(([name, cell]) => [name, ...ids.map(cell)]);
  return markdownTable([["", ...ids.map(contenderName)], ...rows], 1);
}

function rowsOf(measured: Measured): [string, Cell][] {
  return [
    ["throughput to direct, 32 / 256 / 1,024 / 4,000 clients", ratios(measured, [32, 256, 1024, 4000], RATE)],
    ["p99 to direct, 256 / 1,024 clients", ratios(measured, [256, 1024], P99)],
    ["CPU µs an operation, 32 / 256 clients", (id) => cpus(measured, "mongod", [32, 256], id)],
    ["the same on a null server, 32 clients", (id) => cpus(measured, "null", [32], id)],
    ["µs added to the p50 of one client", (id) => addedToOne(measured, id)],
    ["CPU µs a new connection with `isMaster`", (id) => last(measured, "connects", "connect", id, CPU, 1)],
    ["MB with idle clients", (id) => last(measured, "idle", "idle", id, MEMORY, 0)],
    ["p99 beside reads / inserts of 16 MB, to that alone", (id) => neighbours(measured, id)],
  ];
}

function find(server: "mongod" | "null", clients: number): Point {
  return { server, load: "find", clients };
}

function ratios(measured: Measured, clients: readonly number[], figure: Figure): Cell {
  const statistics = measured.of("throughput");
  return (id) =>
    clients.map((count) => decimals(statistics.ratio(find("mongod", count), id, DIRECT, figure), 2)).join(" / ");
}

function cpus(measured: Measured, server: "mongod" | "null", clients: readonly number[], id: string): string {
  const statistics = measured.of("throughput");
  return clients.map((count) => decimals(statistics.median(find(server, count), id, CPU), 1)).join(" / ");
}

function addedToOne(measured: Measured, id: string): string {
  const statistics = measured.of("throughput");
  const [mine, direct] = [id, DIRECT].map((who) => statistics.median(find("mongod", 1), who, P50));
  return whole((mine! - direct!) * MICROSECONDS);
}

/** At the largest number of clients. */
function last(
  measured: Measured,
  suite: "connects" | "idle",
  load: "connect" | "idle",
  id: string,
  figure: Figure,
  digits: number,
): string {
  const { statistics, points } = measured.sweep(suite, "mongod", load);
  const point = points.at(-1);
  return decimals(point === undefined ? NaN : statistics.median(point, id, figure), digits);
}

function neighbours(measured: Measured, id: string): string {
  const figures = neighbourFigures(measured).find((it) => it.id === id);
  return figures?.besides.map(({ factor }) => decimals(factor, 2)).join(" / ") ?? "–";
}
