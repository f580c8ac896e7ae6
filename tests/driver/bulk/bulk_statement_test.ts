import { assertEquals, assertInstanceOf, assertThrows } from "@std/assert";
import { ObjectId } from "bson";
import type { Document } from "../../../codec/bson_types.ts";
import { bulkStatement } from "../../../driver/bulk/bulk_statement.ts";
import type { AnyBulkWriteOperation } from "../../../driver/bulk/write_model.ts";
import { MongoInvalidArgumentError } from "../../../driver/error.ts";

function document(write: AnyBulkWriteOperation): Document {
  return bulkStatement(write, 0, true).document;
}

Deno.test("bulkStatement gives a document an id, unless it has one or the server makes it", () => {
  assertInstanceOf(document({ insertOne: { document: { a: 1 } } })._id, ObjectId);
  assertEquals(document({ insertOne: { document: { _id: null } as Document } }), { _id: null });
  assertEquals(bulkStatement({ insertOne: { document: { a: 1 } } }, 0, false).document, { a: 1 });
});

Deno.test("bulkStatement says updates and deletions as their commands take them", () => {
  const update = { $set: { a: 1 } };
  const filter = { a: 0 };
  assertEquals(document({ updateOne: { filter, update } }), { q: filter, u: update });
  assertEquals(document({ updateMany: { filter, update, upsert: true } }), {
    q: filter,
    u: update,
    multi: true,
    upsert: true,
  });
  assertEquals(document({ updateOne: { filter, update: [update], arrayFilters: [{ x: 1 }], hint: "a_1" } }), {
    q: filter,
    u: [update],
    arrayFilters: [{ x: 1 }],
    hint: "a_1",
  });
  assertEquals(document({ replaceOne: { filter, replacement: { b: 1 }, sort: { a: "desc" } } }), {
    q: filter,
    u: { b: 1 },
    sort: new Map([["a", -1]]),
  });
  assertEquals(document({ deleteOne: { filter } }), { q: filter, limit: 1 });
  assertEquals(document({ deleteMany: { filter, collation: { locale: "de" } } }), {
    q: filter,
    limit: 0,
    collation: { locale: "de" },
  });
});

Deno.test("bulkStatement knows which writes change one document at most", () => {
  const update = { $set: { a: 1 } };
  const writes: AnyBulkWriteOperation[] = [
    { insertOne: { document: {} } },
    { updateOne: { filter: {}, update } },
    { updateMany: { filter: {}, update } },
    { replaceOne: { filter: {}, replacement: {} } },
    { deleteOne: { filter: {} } },
    { deleteMany: { filter: {} } },
  ];
  const single = writes.map((write, index) => bulkStatement(write, index, true).isSingle);
  assertEquals(single, [true, true, false, true, true, false]);
});

Deno.test("bulkStatement refuses updates without operators, replacements with them, and unknown writes", () => {
  const wrong: Document[] = [
    { updateOne: { filter: {}, update: { a: 1 } } },
    { updateMany: { filter: {}, update: {} } },
    { replaceOne: { filter: {}, replacement: { $set: { a: 1 } } } },
    { upsertOne: {} },
  ];
  for (const write of wrong) {
    assertThrows(() => bulkStatement(write as AnyBulkWriteOperation, 0, true), MongoInvalidArgumentError);
  }
});
