import { assertEquals } from "@std/assert";

import type { ClientReport, Outcome } from "./clients/client_report.ts";
import { compareReports } from "./clients/compare_reports.ts";

function report(checks: Record<string, Outcome>): ClientReport {
  return { client: "a driver", checks };
}

Deno.test("compareReports finds nothing in equal reports", () => {
  const checks = { find: { result: [{ a: [1, null] }] } };
  assertEquals(compareReports(report(checks), report(structuredClone(checks))), []);
});

Deno.test("compareReports shows the values that differ, with the way to them", () => {
  const differences = compareReports(
    report({ find: { result: [{ a: 1, b: 2 }, 3] } }),
    report({ find: { result: [{ a: 1, b: "2" }] } }),
  );
  assertEquals(differences, [
    'find › 0 › b: directly 2, through the gateway "2"',
    "find › 1: directly 3, through the gateway nothing",
  ]);
});

Deno.test("compareReports tells an empty list from an empty document", () => {
  const differences = compareReports(report({ find: { result: [] } }), report({ find: { result: {} } }));
  assertEquals(differences, ["find: directly [], through the gateway {}"]);
});

Deno.test("compareReports counts equal failures as a difference", () => {
  const failed = report({ find: { failure: "No end within 5 ms" } });
  assertEquals(compareReports(failed, failed), ["find: failed directly: No end within 5 ms"]);
});

Deno.test("compareReports names a check that only one run did", () => {
  assertEquals(compareReports(report({ find: { result: 1 } }), report({})), ["find: only one of the two runs did it"]);
});
