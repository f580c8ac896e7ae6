import { contenderName, DIRECT, inTableOrder } from "../contender.ts";
import { type LoadId, loadKind, LOADS } from "../load_kind.ts";
import type { ServerId } from "../server_kind.ts";
import { RATE } from "../statistics.ts";
import { decimals, whole } from "./format.ts";
import { markdownTable } from "./markdown_table.ts";
import type { Measured } from "./measured.ts";

/** Operations a second of other commands: those of direct connections, and of the others the ratio to them. */
export function modesTable(measured: Measured, server: ServerId): string {
  const sweeps = (Object.keys(LOADS) as LoadId[]).map((load) => ({ load, ...measured.sweep("modes", server, load) }));
  const others = inTableOrder(new Set(sweeps.flatMap(({ through }) => through))).filter((id) => id !== DIRECT);
  const rows = sweeps.flatMap(({ load, points, statistics }) =>
    points.map((point) => [
      loadKind(load).name,
      whole(point.clients),
      whole(statistics.median(point, DIRECT, RATE)),
      ...others.map((id) => decimals(statistics.ratio(point, id, DIRECT, RATE), 2)),
    ])
  );
  return markdownTable([["Command", "Clients", "direct, a second", ...others.map(contenderName)], ...rows], 1);
}
