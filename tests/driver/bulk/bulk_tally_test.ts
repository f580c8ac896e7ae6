import { assertEquals } from "@std/assert";
import type { Document } from "../../../codec/bson_types.ts";
import { insertStatement } from "../../../driver/bulk/bulk_statement.ts";
import { BulkTally } from "../../../driver/bulk/bulk_tally.ts";
import { MongoBulkWriteError } from "../../../driver/bulk/bulk_write_error.ts";

function inserts(...ids: number[]) {
  return ids.map((_id, i) => insertStatement({ _id }, 10 + i, true));
}

function changes(kind: "update" | "delete", count: number) {
  return Array.from({ length: count }, (_, i) => ({
    index: 20 + i,
    kind,
    document: {},
    isSingle: true,
    hint: undefined,
  }));
}

Deno.test("BulkTally adds batches up, with the places that the writes have in the bulk", () => {
  const tally = new BulkTally(true);
  tally.add(inserts(1, 2), { n: 2 }, true);
  tally.add(changes("update", 3), { n: 3, nModified: 1, upserted: [{ index: 2, _id: "new" }] }, true);
  tally.add(changes("delete", 1), { n: 7 }, true);
  const { insertedCount, insertedIds, matchedCount, modifiedCount, upsertedCount, upsertedIds, deletedCount } = tally
    .result();
  assertEquals([insertedCount, insertedIds], [2, { 10: 1, 11: 2 }]);
  assertEquals([matchedCount, modifiedCount, upsertedCount, upsertedIds], [2, 1, 1, { 22: "new" }]);
  assertEquals(deletedCount, 7);
});

Deno.test("BulkTally notes only what was inserted: all before a failure if ordered, all others if not", () => {
  const reply: Document = { n: 1, writeErrors: [{ index: 1, code: 11000, errmsg: "duplicate" }] };
  const ordered = new BulkTally(true);
  ordered.add(inserts(1, 2, 3), reply, true);
  assertEquals(ordered.result().insertedIds, { 10: 1 });
  const unordered = new BulkTally(true);
  unordered.add(inserts(1, 2, 3), { ...reply, n: 2 }, false);
  assertEquals(unordered.result().insertedIds, { 10: 1, 12: 3 });
  assertEquals(unordered.writeErrors.map(({ index, code, errmsg }) => [index, code, errmsg]), [[
    11,
    11000,
    "duplicate",
  ]]);
});

Deno.test("BulkTally gathers write concern errors and labels", () => {
  const tally = new BulkTally(true);
  assertEquals(tally.isEmpty, true);
  tally.add(inserts(1), { n: 1, writeConcernError: { code: 64, errmsg: "waited" }, errorLabels: ["A"] }, true);
  tally.add(inserts(2), { n: 1, writeConcernError: { code: 91, errmsg: "shut", errorLabels: ["A", "B"] } }, true);
  assertEquals(tally.isEmpty, false);
  assertEquals(tally.errorLabels, ["A", "B"]);
  const error = new MongoBulkWriteError(tally.result(), { errorLabels: tally.errorLabels });
  assertEquals([error.code, error.message], [64, "waited and shut"]);
  assertEquals(error.insertedCount, 2);
  assertEquals(error.hasErrorLabel("B"), true);
});

Deno.test("MongoBulkWriteError tells of the first write that failed, and of what stopped the bulk", () => {
  const tally = new BulkTally(true);
  tally.add(
    inserts(1),
    { n: 0, writeErrors: [{ index: 0, code: 121, errmsg: "invalid", errInfo: { rule: 1 } }] },
    true,
  );
  const error = new MongoBulkWriteError(tally.result(), { errorLabels: [] });
  assertEquals([error.code, error.message, error.writeErrors[0]?.errInfo], [121, "invalid", { rule: 1 }]);
  const cause = new Error("Connection was lost");
  const stopped = new MongoBulkWriteError(tally.result(), { cause, errorLabels: ["RetryableWriteError"] });
  assertEquals([stopped.message, stopped.cause], ["Connection was lost", cause]);
});
