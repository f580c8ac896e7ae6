import { runDenoChild } from "./child.ts";
import { importMapArgs } from "./import_map.ts";
import { type JunitCase, parseJunit } from "./junit.ts";
import { parseTestSummary, type TestSummary } from "./test_summary.ts";

/** How one run of `deno test` ended. */
export interface TestRun {
  readonly code: number;
  /** Null where it broke off. */
  readonly summary: TestSummary | null;
  readonly cases: readonly JunitCase[];
}

/** Types are checked by `task check`; a test that leaves a timer or a socket behind fails. */
const TEST_FLAGS = ["-A", "--unstable-net", "--no-check", "--sanitize-ops", "--sanitize-resources"] as const;

/** Runs `deno test` with further flags and paths, its output going to this process's. */
export async function runTests(args: readonly string[], env: Record<string, string> = {}): Promise<TestRun> {
  const junit = await Deno.makeTempFile({ prefix: "torana-tests-", suffix: ".xml" });
  const decoder = new TextDecoder();
  let output = "";
  const onOutput = (chunk: Uint8Array) => {
    Deno.stdout.writeSync(chunk);
    // The summary comes last; what is older need not be kept.
    output = (output + decoder.decode(chunk, { stream: true })).slice(-65_536);
  };
  try {
    const code = await runDenoChild(
      ["test", ...TEST_FLAGS, `--junit-path=${junit}`, ...importMapArgs(), ...args],
      { env, onOutput },
    );
    return { code, summary: parseTestSummary(output), cases: parseJunit(await Deno.readTextFile(junit)) };
  } finally {
    await Deno.remove(junit);
  }
}
