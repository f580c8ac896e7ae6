import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { planSpecSuite } from "./spec_plan.ts";
import { specFiles } from "./spec_files.ts";
import type { SpecCase, SpecFile } from "./spec_suite.ts";

const FILES: SpecFile[] = [{ path: "a.json", json: ["one", "two"] }, { path: "b/c.json", json: ["one"] }];

function* named(file: SpecFile): Iterable<SpecCase> {
  for (const name of file.json as string[]) yield { name, run: () => {} };
}

function listing(skips: Record<string, string>): string[] {
  return planSpecSuite(FILES, named, skips).cases.map(({ name, skipped }) => `${name}|${skipped ?? ""}`);
}

Deno.test("planSpecSuite() names each case after its file", () => {
  assertEquals(listing({}), ["a.json: one|", "a.json: two|", "b/c.json: one|"]);
});

Deno.test("planSpecSuite() skips single cases and whole files with their reason", () => {
  const skips = { "a.json: two": "slow", "b/c.json": "server only" };
  assertEquals(listing(skips), ["a.json: one|", "a.json: two|slow", "b/c.json: one|server only"]);
});

Deno.test("planSpecSuite() skips whole folders with their reason", () => {
  assertEquals(listing({ "b/": "server only" }), ["a.json: one|", "a.json: two|", "b/c.json: one|server only"]);
  assertEquals(planSpecSuite(FILES, named, { "c/": "gone" }).staleSkips, ["c/"]);
});

Deno.test("planSpecSuite() reports skips that match nothing", () => {
  const skips = { "a.json: three": "gone", "a.json: one": "slow" };
  assertEquals(planSpecSuite(FILES, named, skips).staleSkips, ["a.json: three"]);
});

Deno.test("planSpecSuite() turns a file that cannot be read into a failing case", () => {
  const plan = planSpecSuite(FILES, (file) => named({ ...file, json: null }), {});
  assertEquals(plan.cases.map(({ name }) => name), [
    "a.json: the cases can be read",
    "b/c.json: the cases can be read",
  ]);
  assertThrows(() => plan.cases[0]?.run({} as Deno.TestContext), TypeError);
});

Deno.test("specFiles() reads the JSON files of nested folders in order, and nothing of a missing folder", async () => {
  await using folder = await temporaryFolder();
  await Deno.mkdir(`${folder.path}/b`);
  await Deno.writeTextFile(`${folder.path}/b/c.json`, "2");
  await Deno.writeTextFile(`${folder.path}/a.json`, "1");
  await Deno.writeTextFile(`${folder.path}/a.yml`, "no");
  assertEquals(specFiles(folder.path), [{ path: "a.json", json: 1 }, { path: "b/c.json", json: 2 }]);
  assertEquals(specFiles(`${folder.path}/none`), []);
});

Deno.test("specSuite() runs cases, ignores skipped ones and fails on stale skips", async () => {
  const run = await runSuite(["fine", "bad", "slow"], { "a.json: slow": "too slow", "a.json: gone": "stale" });
  assertEquals(run.code, 1);
  assertStringIncludes(run.output, "suite/a.json: fine ... ok");
  assertStringIncludes(run.output, "suite/a.json: bad ... FAILED");
  assertStringIncludes(run.output, "suite/a.json: slow (skipped: too slow) ... ignored");
  assertStringIncludes(run.output, "suite: skips are current ... FAILED");
  assertStringIncludes(run.output, `No case matches the skips ["a.json: gone"]`);
});

Deno.test("specSuite() ignores a missing suite loudly, and fails on it in CI", async () => {
  const here = await runSuite(null, {}, "false");
  assertEquals(here.code, 0);
  assertStringIncludes(here.output, "NOT RUN. No test data in");
  assertStringIncludes(here.output, "... ignored");
  assertEquals((await runSuite(null, {}, "true")).code, 1);
});

/** Runs a suite whose cases fail when they are called "bad", in a process of its own. */
async function runSuite(names: string[] | null, skips: Record<string, string>, ci = "false") {
  await using folder = await temporaryFolder();
  await Deno.mkdir(`${folder.path}/suite`);
  if (names !== null) await Deno.writeTextFile(`${folder.path}/suite/a.json`, JSON.stringify(names));
  await Deno.writeTextFile(
    `${folder.path}/sample_test.ts`,
    `import { specSuite } from ${JSON.stringify(import.meta.resolve("./spec_suite.ts"))};
     specSuite("suite", ({ json }) => json.map((name) => ({
       name,
       run: () => { if (name === "bad") throw new Error("bad"); },
     })), ${JSON.stringify(skips)});`,
  );
  const { code, stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["test", "-A", "--no-check", "--no-config", `${folder.path}/sample_test.ts`],
    env: { TORANA_SPECS: folder.path, CI: ci, NO_COLOR: "1" },
    stderr: "null",
  }).output();
  return { code, output: new TextDecoder().decode(stdout) };
}

async function temporaryFolder(): Promise<AsyncDisposable & { path: string }> {
  const path = await Deno.makeTempDir({ prefix: "torana-" });
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}
