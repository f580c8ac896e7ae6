import { assertEquals } from "@std/assert";
import { countCases, whyNotRun } from "./case_counts.ts";
import type { PlannedCase } from "./plan_cases.ts";

function plan(...reasons: (string | null)[]): PlannedCase[] {
  const file = { description: "", schemaVersion: "1.0", tests: [] };
  const test = { description: "", operations: [] };
  return reasons.map((skipped, index) => ({ name: `${index}`, file, test, skipped }));
}

Deno.test("countCases() counts a case as run where one deployment runs it", () => {
  const plans = [plan(null, "too old", "too old", "too new"), plan("too old", null, "another", "too new")];
  assertEquals(countCases(plans), { run: 2, skipped: { "too new": 1, "too old": 1 } });
});

Deno.test("countCases() counts nothing where there is nothing", () => {
  assertEquals(countCases([]), { run: 0, skipped: {} });
});

Deno.test("whyNotRun() tells of another topology only where there is nothing else to tell", () => {
  assertEquals(whyNotRun(["not for the topology single", "too old"]), "too old");
  assertEquals(
    whyNotRun(["not for the topology single", "not for the topology replicaset"]),
    "not for the topology single",
  );
  assertEquals(whyNotRun(["too old", null]), null);
});
