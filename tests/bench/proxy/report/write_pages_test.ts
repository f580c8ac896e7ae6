import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { writePages } from "../../../../bench/proxy/report/write_pages.ts";
import { repositoryPath } from "../../../../tools/import_map.ts";
import { group, suiteResults } from "../sample.ts";

const FIND = { server: "mongod", load: "find", clients: 32 } as const;
const IDLE = { server: "mongod", load: "idle", clients: 1000 } as const;
const NEIGHBOUR = { server: "mongod", load: "alone", clients: 100 } as const;

const RESULTS = {
  throughput: suiteResults("throughput", [
    group({ ...FIND, clients: 1 }, 0, { direct: { p50_us: 100 }, deno: { p50_us: 240 } }),
    group(FIND, 0, { direct: { ops_s: 1000 }, deno: { ops_s: 1250, cpu_us_op: 40 } }),
  ]),
  idle: suiteResults("idle", [
    group(IDLE, 0, { direct: { rss_mb: 200 }, deno: { rss_mb: 100 } }),
    group({ ...IDLE, clients: 9000 }, 0, { direct: { rss_mb: 1000 }, deno: { rss_mb: 180 } }),
  ]),
  connects: suiteResults("connects", [
    group({ ...FIND, load: "connect" }, 0, { direct: {}, deno: { cpu_us_op: 55.5 } }),
  ]),
  neighbour: suiteResults("neighbour", [
    group(NEIGHBOUR, 0, { direct: { p99_us: 5000 } }),
    group({ ...NEIGHBOUR, load: "beside-reads" }, 0, { direct: { p99_us: 8000, neighbour_ops_s: 25 } }),
  ]),
};

async function written(results: Parameters<typeof writePages>[0]): Promise<Map<string, string>> {
  const folder = await Deno.makeTempDir({ prefix: "torana-pages-" });
  try {
    for (const name of ["coalescing.md", "capacity.md"]) {
      await Deno.copyFile(repositoryPath(`docs/${name}`), `${folder}/${name}`);
    }
    const paths = await writePages(results, folder);
    return new Map(paths.map((path) => [path.slice(folder.length + 1), Deno.readTextFileSync(path)]));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** The cells of the first row that begins so, after a text. */
function rowAfter(page = "", text: string, start: string): string[] {
  const lines = page.slice(page.indexOf(text)).split("\n");
  const line = lines.find((line) => line.startsWith(`| ${start}`)) ?? "";
  return line.split("|").slice(1, -1).map((cell) => cell.trim());
}

Deno.test("writePages puts the figures of a run into tables", async () => {
  const pages = await written(RESULTS);
  const benchmarks = pages.get("benchmarks.md");
  assertStringIncludes(benchmarks!, "- Machine: 2 cores.");
  assertEquals(rowAfter(benchmarks, "# At a glance", "throughput").at(-1), "1.25 / – / – / –");
  assertEquals(rowAfter(benchmarks, "# Throughput", "torana deno"), ["torana deno", "1.00", "1.25"]);
  assertEquals(rowAfter(benchmarks, "One client", "torana deno"), ["torana deno", "0.24", "140", "–", "–"]);
  assertEquals(rowAfter(benchmarks, "KB a further client", "torana deno"), ["torana deno", "180", "10.2"]);
  const capacity = pages.get("capacity.md");
  assertEquals(rowAfter(capacity, "# What things cost", "CPU µs an operation"), ["CPU µs an operation", "40.0"]);
  assertEquals(rowAfter(capacity, "1,000 application hosts", "**proxies"), ["**proxies, one of them spare**", "**8**"]);
});

Deno.test("writePages links every chart that it writes, and links no other", async () => {
  const pages = await written(RESULTS);
  const linked = [...pages].filter(([name]) => name.endsWith(".md"))
    .flatMap(([, text]) => [...text.matchAll(/\]\((\w+\.svg)\)/g)].map(([, name]) => name!));
  assertEquals(linked.sort(), [...pages.keys()].filter((name) => name.endsWith(".svg")).sort());
});

Deno.test("writePages without results says that nothing was measured, in pages and charts alike", async () => {
  const pages = await written({});
  assertStringIncludes(pages.get("benchmarks.md")!, "Nothing was measured yet.");
  assertStringIncludes(pages.get("coalescing.md")!, "Not measured yet.");
  for (const [name, text] of pages) assert(!/NaN|Infinity|undefined/.test(text), name);
});
