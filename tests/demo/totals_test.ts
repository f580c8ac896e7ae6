import { assertEquals } from "@std/assert";
import { Histogram } from "../../demo/load/histogram.ts";
import type { LoadReport } from "../../demo/load/load_report.ts";
import { LoadTotals } from "../../demo/load_totals.ts";
import { ServerTable } from "../../demo/server_table.ts";
import { assertAbout } from "./about.ts";

function report(durations: readonly number[], more: Partial<LoadReport> = {}): LoadReport {
  const histogram = new Histogram();
  durations.forEach((duration) => histogram.record(duration));
  const counts = { operations: durations.length, latencies: histogram.take(), retried: 0, restarted: 0, inserted: 0 };
  return { connections: 0, workedConnections: 0, errors: [], late: [], isResting: false, ...counts, ...more };
}

Deno.test("LoadTotals adds what processes have done up, and takes what they have from their last reports", () => {
  const totals = new LoadTotals();
  totals.add(0, report([1], { connections: 10, workedConnections: 5, retried: 1, errors: ["one"] }));
  totals.add(1, report([1, 1], { connections: 7, workedConnections: 7, inserted: 2, isResting: true }));
  totals.add(0, report([1], { connections: 12, workedConnections: 6, retried: 2, errors: ["two"] }));
  const { connections, workedConnections, operations, retried, inserted, errors, isResting } = totals;
  assertEquals(
    { connections, workedConnections, operations, retried, inserted, errors, isResting },
    {
      connections: 19,
      workedConnections: 13,
      operations: 4,
      retried: 3,
      inserted: 2,
      errors: ["one", "two"],
      isResting: false,
    },
  );
});

Deno.test("LoadTotals keeps what happened around an election apart", () => {
  const totals = new LoadTotals();
  totals.add(0, report([10]));
  totals.isElecting = true;
  totals.add(0, report([1_000]));
  totals.isElecting = false;
  totals.add(0, report([10]));
  assertAbout(totals.steady.percentile(1), 10);
  assertAbout(totals.election.percentile(1), 1_000);
  assertEquals(totals.recent.total, 3);
});

Deno.test("LoadTotals.startMeasuring forgets operations, and neither errors nor insertions", () => {
  const totals = new LoadTotals();
  totals.add(0, report([10], { errors: ["one"], inserted: 1 }));
  totals.startMeasuring();
  totals.add(0, report([20]));
  assertEquals([totals.operations, totals.steady.total, totals.errors.length, totals.inserted], [1, 1, 1, 1]);
});

Deno.test("ServerTable keeps the most connections of each phase", () => {
  const table = new ServerTable();
  const figures = { name: "a", role: "primary", version: "6.0.5", connections: 8, gatewayConnections: 0 } as const;
  table.record("idle", [figures]);
  table.record("without", [{ ...figures, connections: 2_000 }]);
  table.record("without", [{ ...figures, connections: 1_999 }]);
  table.record("withGateway", [{ ...figures, connections: 50, gatewayConnections: 42 }]);
  table.record("withGateway", [{ ...figures, role: "secondary", connections: 49, gatewayConnections: 41 }]);
  assertEquals(table.rows, [
    { name: "a", role: "secondary", idle: 8, without: 2_000, withGateway: 50, gatewayConnections: 42 },
  ]);
  assertEquals([table.upstream, table.version], [42, "6.0.5"]);
});
