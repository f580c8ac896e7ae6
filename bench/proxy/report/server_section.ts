import { contenderName, DIRECT, hasWorkers } from "../contender.ts";
import type { ServerId } from "../server_kind.ts";
import { P99, RATE, SERVER_CPU, SERVER_SWITCHES } from "../statistics.ts";
import { decimals, whole } from "./format.ts";
import { markdownTable } from "./markdown_table.ts";
import type { Measured, Sweep } from "./measured.ts";
import { figurePanel, twoPanels } from "./sweep_charts.ts";

/** The numbers of clients of the tables: the charts have all. */
const CLIENTS = [1, 8, 32, 256, 1024, 4000];

/** What becomes of the server behind each contender: a row for each, in blocks by the number of clients. */
export function serverTable(measured: Measured, server: ServerId): string {
  const sweep = sweepOf(measured, server);
  const head = ["Clients", "Through", "Operations/s", "To direct", "p99 to direct", "Server CPU µs", "Switches"];
  const points = sweep.points.filter(({ clients }) => CLIENTS.includes(clients));
  const rows = points.flatMap((point) =>
    sweep.through.filter((id) => !hasWorkers(id)).map((id) => [
      whole(point.clients),
      contenderName(id),
      whole(sweep.statistics.median(point, id, RATE)),
      decimals(sweep.statistics.ratio(point, id, DIRECT, RATE), 2),
      decimals(sweep.statistics.ratio(point, id, DIRECT, P99), 2),
      decimals(sweep.statistics.median(point, id, SERVER_CPU), 1),
      decimals(sweep.statistics.median(point, id, SERVER_SWITCHES), 2),
    ])
  );
  return markdownTable([head, ...rows], 2);
}

/** Context switches and CPU time of the server an operation. */
export function serverChart(measured: Measured, server: ServerId, where: string): string {
  const sweep = sweepOf(measured, server);
  return twoPanels(`What mongod spends on an operation, ${where}`, "find by _id in closed loops; lower is better", [
    figurePanel("context switches of its threads", "an operation", sweep, SERVER_SWITCHES, []),
    figurePanel("CPU time", "µs an operation", sweep, SERVER_CPU, []),
  ]);
}

function sweepOf(measured: Measured, server: ServerId): Sweep {
  return measured.sweep(server === "pinned" ? "pinned" : "throughput", server, "find");
}
