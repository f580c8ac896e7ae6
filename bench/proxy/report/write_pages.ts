import type { Results } from "../results.ts";
import { benchmarksPage } from "./benchmarks_page.ts";
import { capacityBlocks } from "./capacity_blocks.ts";
import { coalescingBlocks } from "./coalescing_blocks.ts";
import { rewriteBlocks } from "./marked_blocks.ts";
import { Measured } from "./measured.ts";
import { memoryChart } from "./memory_section.ts";
import { neighbourChart } from "./neighbour_section.ts";
import { rangeChart, rangePoints } from "./range_section.ts";
import { serverChart } from "./server_section.ts";
import { cpuChart, latencyChart, throughputChart } from "./sweep_charts.ts";

const SHARED = "with mongod on the same cores";
const PINNED = "with mongod on a core of its own";

/** Writes the page of figures, the figures of the other pages, and the charts. Gives the paths of the files. */
export async function writePages(results: Results, folder: string): Promise<string[]> {
  const measured = new Measured(results);
  const files: Record<string, string> = { "benchmarks.md": benchmarksPage(measured), ...charts(measured) };
  const blocks = { "coalescing.md": coalescingBlocks(measured), "capacity.md": capacityBlocks(measured) };
  for (const [name, texts] of Object.entries(blocks)) {
    files[name] = rewriteBlocks(await Deno.readTextFile(`${folder}/${name}`), texts);
  }
  const paths = Object.keys(files).sort().map((name) => `${folder}/${name}`);
  for (const path of paths) await Deno.writeTextFile(path, files[path.slice(folder.length + 1)]!);
  await format(paths);
  return paths;
}

function charts(measured: Measured): Record<string, string> {
  return {
    "throughput.svg": throughputChart(measured),
    "cpu.svg": cpuChart(measured),
    "latency.svg": latencyChart(measured),
    "memory.svg": memoryChart(measured),
    "neighbour.svg": neighbourChart(measured),
    "server_shared.svg": serverChart(measured, "mongod", SHARED),
    "server_pinned.svg": serverChart(measured, "pinned", PINNED),
    "coalescing_shared.svg": rangeChart(rangePoints(measured, "mongod"), SHARED),
    "coalescing_pinned.svg": rangeChart(rangePoints(measured, "pinned"), PINNED),
  };
}

async function format(paths: readonly string[]): Promise<void> {
  const args = ["fmt", "-q", "--line-width=120", ...paths];
  const { success, stderr } = await new Deno.Command(Deno.execPath(), { args }).output();
  if (!success) throw new Error(`deno fmt failed: ${new TextDecoder().decode(stderr)}`);
}
