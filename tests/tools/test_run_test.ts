import { assertEquals, assertStringIncludes } from "@std/assert";
import { importMapArgs, repositoryPath } from "../../tools/import_map.ts";
import { parseJunit } from "../../tools/junit.ts";

Deno.test("tools/test.ts counts tests and not their steps, and exits as the run does", async () => {
  const run = await runTests(`
    Deno.test("steps", async (t) => { await t.step("a", () => {}); await t.step("b", () => {}); });
    Deno.test("fails in a step", async (t) => { await t.step("a", () => { throw new Error("no"); }); });
    Deno.test.ignore("ignored", () => {});
  `);
  assertEquals(run, { code: 1, lastLine: "1 passed, 1 failed, 1 skipped" });
  assertEquals(await runTests(`Deno.test("a", () => {});`), { code: 0, lastLine: "1 passed, 0 failed" });
});

Deno.test("tools/test.ts counts an error outside of tests as a failure", async () => {
  const run = await runTests(`Deno.test("a", () => {}); queueMicrotask(() => { throw new Error("late"); });`);
  assertEquals(run, { code: 1, lastLine: "0 passed, 1 failed" });
});

Deno.test("tools/test.ts gives no counts for a run that broke off", async () => {
  const killed = await runTests(`Deno.test("a", () => Deno.kill(Deno.pid, "SIGKILL"));`);
  assertEquals(killed.code, 137);
  assertStringIncludes(killed.lastLine, "broke off");
  const unresolved = await runTests(`import "./missing.ts"; Deno.test("a", () => {});`);
  assertEquals(unresolved.code, 1);
  assertStringIncludes(unresolved.lastLine, "broke off");
});

Deno.test("tools/test.ts says why live tests were not run", async () => {
  const run = await runTests(
    `import { liveTest } from ${JSON.stringify(import.meta.resolve("../support/live_test.ts"))};
     liveTest("a", { versions: ["6.0", "5.0"] }, () => Promise.resolve());
     Deno.test("b", () => {});`,
    { TORANA_MONGOD: "none", CI: "false" },
  );
  assertEquals(run, { code: 0, lastLine: "1 passed, 0 failed, 2 skipped" });
});

Deno.test("liveTest() fails in CI where there is no server", async () => {
  const run = await runTests(
    `import { liveTest } from ${JSON.stringify(import.meta.resolve("../support/live_test.ts"))};
     liveTest("a", () => Promise.resolve());`,
    { TORANA_MONGOD: "none", CI: "true" },
  );
  assertEquals(run, { code: 1, lastLine: "0 passed, 1 failed" });
});

Deno.test("parseJunit() reads names, outcomes and entities", () => {
  const xml = `<testcase name="a &lt;&quot;&amp;&#39; &gt; b" classname="./a_test.ts" time="0" line="1" col="2">
        </testcase>
        <testcase name="f" classname="./a_test.ts" time="0"><failure message="no">no</failure></testcase>
        <testcase name="s" classname="./b_test.ts" time="0">
            <skipped/>
        </testcase>`;
  assertEquals(parseJunit(xml), [
    { file: "./a_test.ts", name: `a <"&' > b`, outcome: "passed" },
    { file: "./a_test.ts", name: "f", outcome: "failed" },
    { file: "./b_test.ts", name: "s", outcome: "skipped" },
  ]);
});

/** Runs one test file with the given source through the project's test runner. */
async function runTests(source: string, env: Record<string, string> = {}): Promise<{ code: number; lastLine: string }> {
  const folder = await Deno.makeTempDir({ prefix: "torana-run-" });
  try {
    await Deno.writeTextFile(`${folder}/a_test.ts`, source);
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", ...importMapArgs(), repositoryPath("tools/test.ts"), `${folder}/a_test.ts`],
      cwd: repositoryPath(""),
      env: { NO_COLOR: "1", ...env },
    }).output();
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes).trim().split("\n").at(-1) ?? "";
    const lastLine = text(stdout);
    return { code, lastLine: /^\d+ passed/.test(lastLine) ? lastLine : text(stderr) };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
