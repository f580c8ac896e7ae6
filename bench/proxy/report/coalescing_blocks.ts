import type { Measured } from "./measured.ts";
import { rangePoints, rangeTable, rangeVerdict } from "./range_section.ts";
import { serverTable } from "./server_section.ts";

/** What the page on coalescing takes from a run. */
export function coalescingBlocks(measured: Measured): Record<string, string> {
  const [shared, pinned] = [rangePoints(measured, "mongod"), rangePoints(measured, "pinned")];
  return {
    "server-shared": serverTable(measured, "mongod"),
    "server-pinned": serverTable(measured, "pinned"),
    "range-shared": `${rangeVerdict(shared)}\n\n${rangeTable(shared)}`,
    "range-pinned": `${rangeVerdict(pinned)}\n\n${rangeTable(pinned)}`,
  };
}
