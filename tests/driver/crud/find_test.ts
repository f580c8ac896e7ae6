import { assertEquals } from "@std/assert";
import type { Document } from "../../../codec/bson_types.ts";
import type { CollectionScope } from "../../../driver/crud/collection_scope.ts";
import { find, findOne, type FindOptions } from "../../../driver/crud/find.ts";
import type { ServerFacts } from "../../../driver/operation/operation.ts";

/** All that the operations read of it before they run. */
const SCOPE = {
  database: "d",
  collection: "c",
  settings: { readConcern: {}, writeConcern: {}, readPreference: { mode: "primary" }, timeoutMS: undefined, bson: {} },
} as unknown as CollectionScope;
const FACTS = { maxWireVersion: 17 } as ServerFacts;

function body(options: FindOptions): Document {
  const { find: _name, filter: _filter, ...rest } = find(SCOPE, { x: 1 }, options).command(FACTS).body;
  return rest;
}

Deno.test("find says the filter and what is set, and nothing else", () => {
  assertEquals(find(SCOPE, { x: 1 }, {}).command(FACTS).body, { find: "c", filter: { x: 1 } });
  assertEquals(body({ sort: { a: -1 }, skip: 5, hint: "a_1", let: { y: 1 }, comment: "why" }), {
    sort: new Map([["a", -1]]),
    skip: 5,
    hint: "a_1",
    let: { y: 1 },
    comment: "why",
  });
});

Deno.test("find makes limit and batch size what servers take", () => {
  assertEquals(body({ limit: 0, batchSize: 0 }), {});
  assertEquals(body({ limit: 10, batchSize: 4 }), { limit: 10, batchSize: 4 });
  assertEquals(body({ limit: -10 }), { limit: 10, batchSize: 10, singleBatch: true });
  assertEquals(body({ batchSize: -3 }), { batchSize: 3, singleBatch: true });
  assertEquals(body({ limit: 4, batchSize: 4 }), { limit: 4, batchSize: 5 });
  assertEquals(body({ limit: 4, singleBatch: true }), { limit: 4, singleBatch: true });
});

Deno.test("findOne asks for one document and no cursor", () => {
  assertEquals(findOne(SCOPE, {}, {}).command(FACTS).body, { find: "c", filter: {}, limit: 1, singleBatch: true });
});
