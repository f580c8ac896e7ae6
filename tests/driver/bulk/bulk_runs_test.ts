import { assertEquals } from "@std/assert";
import { bulkRuns } from "../../../driver/bulk/bulk_runs.ts";
import type { BulkKind, BulkStatement } from "../../../driver/bulk/bulk_statement.ts";

function statements(...kinds: BulkKind[]): BulkStatement[] {
  return kinds.map((kind, index) => ({ index, kind, document: {}, isSingle: true, hint: undefined }));
}

function runs(ordered: boolean, ...kinds: BulkKind[]): [BulkKind | undefined, number[]][] {
  return bulkRuns(statements(...kinds), ordered).map((run) => [run[0]?.kind, run.map(({ index }) => index)]);
}

Deno.test("bulkRuns puts neighbours of a kind together if the order matters", () => {
  assertEquals(runs(true, "insert", "insert", "update", "insert", "delete", "delete"), [
    ["insert", [0, 1]],
    ["update", [2]],
    ["insert", [3]],
    ["delete", [4, 5]],
  ]);
});

Deno.test("bulkRuns puts all of a kind together if the order does not matter", () => {
  assertEquals(runs(false, "insert", "update", "insert", "delete", "update"), [
    ["insert", [0, 2]],
    ["update", [1, 4]],
    ["delete", [3]],
  ]);
});
