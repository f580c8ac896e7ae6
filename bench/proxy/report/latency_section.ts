import { contenderName, DIRECT } from "../contender.ts";
import { P50 } from "../statistics.ts";
import { milliseconds, whole } from "./format.ts";
import { markdownTable } from "./markdown_table.ts";
import type { Measured } from "./measured.ts";

const MICROSECONDS = 1000;

/** What one client alone waits longer for: the p50 in milliseconds, and what a proxy adds in microseconds. */
export function oneClientTable(measured: Measured): string {
  const sweeps = (["mongod", "null"] as const).map((server) => measured.sweep("throughput", server, "find"));
  const cells = (id: string) =>
    sweeps.flatMap(({ statistics, points }) => {
      const point = points.find(({ clients }) => clients === 1);
      if (point === undefined) return ["–", "–"];
      const p50 = statistics.median(point, id, P50);
      const added = (p50 - statistics.median(point, DIRECT, P50)) * MICROSECONDS;
      return [milliseconds(p50), id === DIRECT ? "–" : whole(added)];
    });
  const rows = sweeps[0]!.through.map((id) => [contenderName(id), ...cells(id)]);
  const head = ["One client", "mongod: p50 ms", "µs added", "null server: p50 ms", "µs added"];
  return markdownTable([head, ...rows], 1);
}
