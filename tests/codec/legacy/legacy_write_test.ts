import { assert, assertEquals } from "@std/assert";
import { Double, Int32 } from "bson";
import { describeCommand } from "../../../codec/command.ts";
import { type LegacyWrite, translateWrite } from "../../../codec/legacy/legacy_write.ts";
import { encodeOpDelete, OpDeleteFlag } from "../../../codec/op_delete.ts";
import { encodeOpInsert, OpInsertFlag } from "../../../codec/op_insert.ts";
import { decodeOpMsg } from "../../../codec/op_msg.ts";
import { encodeOpQuery } from "../../../codec/op_query.ts";
import { encodeOpUpdate, OpUpdateFlag } from "../../../codec/op_update.ts";
import { assertRefused } from "../samples.ts";
import { assertCommand, assertRefusal, bytesOf, ODD_DOCUMENT } from "./support.ts";

const LIMITS = { maxWriteBatchSize: 100_000, maxMessageSizeBytes: 48_000_000 };
const writeConcern = { w: 1 };

function translated(message: Uint8Array, limits = LIMITS): LegacyWrite {
  let requestId = 100;
  return translateWrite(message, () => requestId++, limits);
}

function insert(documents: readonly Uint8Array[], flags = 0, fullCollectionName = "shop.films"): Uint8Array {
  return encodeOpInsert({ requestId: 7, flags, fullCollectionName, documents });
}

function insertIndex(specification: Record<string, unknown>): LegacyWrite {
  return translated(insert([bytesOf(specification)], 0, "shop.system.indexes"));
}

function update(flags: number, change: Record<string, unknown>): Uint8Array {
  const selector = bytesOf({ _id: 1 });
  return encodeOpUpdate({ requestId: 7, fullCollectionName: "shop.a.b", flags, selector, update: bytesOf(change) });
}

function remove(flags: number): Uint8Array {
  return encodeOpDelete({ requestId: 7, fullCollectionName: "shop.films", flags, selector: bytesOf({ a: 1 }) });
}

Deno.test("translateWrite makes an acknowledged insert of an OP_INSERT", () => {
  const documents = [{ _id: 1 }, { _id: 2 }];
  const { commands, ...write } = translated(insert(documents.map(bytesOf)));
  assertEquals(write, { kind: "insert", database: "shop", collection: "films", ordered: true });
  assertEquals(commands.length, 1);
  assertCommand(commands[0]!, { insert: "films", ordered: true, writeConcern, $db: "shop", documents });
});

Deno.test("translateWrite makes an unordered insert of continueOnError", () => {
  const { commands, ordered } = translated(insert([bytesOf({})], OpInsertFlag.continueOnError));
  assert(!ordered);
  assertCommand(commands[0]!, { insert: "films", ordered: false, writeConcern, $db: "shop", documents: [{}] });
});

Deno.test("translateWrite keeps the bytes of documents", () => {
  const inserted = decodeOpMsg(translated(insert([ODD_DOCUMENT])).commands[0]!);
  assertEquals(inserted.sequences[0]?.documents, [ODD_DOCUMENT]);
  const statement = { requestId: 7, fullCollectionName: "shop.films", selector: ODD_DOCUMENT };
  for (const message of [encodeOpUpdate({ ...statement, update: ODD_DOCUMENT }), encodeOpDelete(statement)]) {
    const [document] = decodeOpMsg(translated(message).commands[0]!).sequences[0]!.documents;
    assertEquals(document!.subarray(7, 7 + ODD_DOCUMENT.length), ODD_DOCUMENT);
  }
});

Deno.test("translateWrite splits an insert by the number of documents", () => {
  const documents = Array.from({ length: 7 }, (_, _id) => bytesOf({ _id }));
  const { commands } = translated(insert(documents), { ...LIMITS, maxWriteBatchSize: 3 });
  const batches = commands.map((command) => decodeOpMsg(command));
  assertEquals(batches.map(({ requestId }) => requestId), [100, 101, 102]);
  assertEquals(batches.map(({ sequences }) => sequences[0]!.documents.length), [3, 3, 1]);
  assertEquals(batches.flatMap(({ sequences }) => sequences[0]!.documents), documents);
});

Deno.test("translateWrite splits an insert of very many documents", () => {
  const empty = Uint8Array.of(5, 0, 0, 0, 0);
  const { commands } = translated(insert(Array.from({ length: 250_000 }, () => empty)));
  const counts = commands.map((command) => decodeOpMsg(command).sequences[0]!.documents.length);
  assertEquals(counts, [100_000, 100_000, 50_000]);
});

Deno.test("translateWrite splits an insert as long as a message may be", () => {
  const document = bytesOf({ text: "x".repeat(999_900) });
  const message = insert(Array.from({ length: 48 }, () => document));
  assert(message.length > 47_990_000 && message.length <= LIMITS.maxMessageSizeBytes);
  const { commands } = translated(message, { ...LIMITS, maxMessageSizeBytes: message.length });
  const counts = commands.map((command) => decodeOpMsg(command).sequences[0]!.documents.length);
  assertEquals(counts, [47, 1]);
  assert(commands.every((command) => command.length <= message.length));
});

Deno.test("translateWrite keeps all commands within the longest message, whatever the names", () => {
  const documents = Array.from({ length: 50 }, (_, _id) => bytesOf({ _id, text: "x".repeat(_id) }));
  for (const maxMessageSizeBytes of [700, 1000, 1001, 1002, 1003, 2000]) {
    const message = insert(documents, 0, `shop.${"ö".repeat(60)}`);
    const { commands } = translated(message, { ...LIMITS, maxMessageSizeBytes });
    assert(commands.every((command) => command.length <= maxMessageSizeBytes));
    assertEquals(commands.flatMap((command) => decodeOpMsg(command).sequences[0]!.documents), documents);
  }
});

Deno.test("translateWrite sends a document alone that is longer than a message", () => {
  const documents = [bytesOf({}), bytesOf({ text: "x".repeat(500) }), bytesOf({})];
  const { commands } = translated(insert(documents), { ...LIMITS, maxMessageSizeBytes: 400 });
  assertEquals(commands.map((command) => decodeOpMsg(command).sequences[0]!.documents.length), [1, 1, 1]);
});

Deno.test("translateWrite refuses an insert of nothing", () => {
  assertRefusal(() => translated(insert([])), 16, "Need at least one object to insert");
  assertEquals(describeCommand(insert([])).body.length, 0);
});

Deno.test("translateWrite refuses what no server reads as a document", () => {
  const longest = 16 * 1024 * 1024 + 16 * 1024;
  const ofLength = (length: number) => bytesOf({ text: "x".repeat(length - 16) });
  assertEquals(translated(insert([ofLength(longest)])).commands.length, 1);
  const errmsg = "BSONObj size: 16793601 (0x1004001) is invalid. Size must be between 0 and 16793600(16MB)";
  assertRefusal(() => translated(insert([bytesOf({}), ofLength(longest + 1)], 1)), 10334, errmsg);
});

Deno.test("translateWrite makes createIndexes of an insert into system.indexes", () => {
  const { commands, ...write } = insertIndex({ v: 1, key: { a: 1 }, ns: "shop.a.b", name: "a_1", unique: true });
  assertEquals(write, { kind: "insert", database: "shop", collection: "a.b", ordered: true });
  assertCommand(commands[0]!, {
    createIndexes: "a.b",
    indexes: [{ v: 1, key: { a: 1 }, name: "a_1", unique: true }],
    ignoreUnknownIndexOptions: true,
    writeConcern,
    $db: "shop",
  });
});

Deno.test("translateWrite names an index that has no name, and leaves out version 0", () => {
  const key = { a: 1, b: new Double(-1), c: "2d", "d.e": "text", f: true };
  for (const v of [new Int32(0), new Double(0)]) {
    const { commands } = insertIndex({ v, key, ns: "shop.films", dropDups: true });
    assertCommand(commands[0]!, {
      createIndexes: "films",
      indexes: [{ key, dropDups: true, name: "a_1_b_-1_c_2d_d.e_text_f_" }],
      ignoreUnknownIndexOptions: true,
      writeConcern,
      $db: "shop",
    });
  }
});

Deno.test("translateWrite leaves an index without keys to the server", () => {
  const [message] = insertIndex({ ns: "shop.films" }).commands;
  const expected = { createIndexes: "films", indexes: [{}], ignoreUnknownIndexOptions: true, writeConcern };
  assertCommand(message!, { ...expected, $db: "shop" });
});

Deno.test("translateWrite makes one command of each index", () => {
  const specifications = [{ ns: "shop.a", key: { x: 1 } }, { ns: "shop.b", key: { y: 1 } }].map(bytesOf);
  const write = translated(insert(specifications, OpInsertFlag.continueOnError, "shop.system.indexes"));
  assertEquals([write.collection, write.ordered], ["a", false]);
  const commands = write.commands.map((command) => describeCommand(command));
  assertEquals(commands.map(({ collection, requestId }) => [collection, requestId]), [["a", 100], ["b", 101]]);
});

Deno.test("translateWrite refuses an index of no collection of the database", () => {
  const key = { a: 1 };
  assertRefusal(() => insertIndex({ key }), 4, 'Missing "ns" field in index description');
  assertRefusal(() => insertIndex({ key, ns: 1 }), 14, 'Expected "ns" field of index description to be a string');
  for (const ns of ["other.films", "shop", "shop.", ".shop"]) {
    const errmsg = `Cannot create an index on ${ns} with an insert to shop.system.indexes`;
    assertRefusal(() => insertIndex({ key, ns }), 72, errmsg);
  }
});

Deno.test("translateWrite refuses more descriptions of indexes than anybody inserts", () => {
  const specification = bytesOf({ ns: "shop.films", key: { a: 1 }, text: "x".repeat(1024 * 1024) });
  const message = insert([specification], 0, "shop.system.indexes");
  const errmsg = `Index descriptions of ${specification.length} bytes in one insert are more than the 1048576 taken`;
  assertRefusal(() => translated(message), 2, errmsg);
});

Deno.test("translateWrite makes an update of an OP_UPDATE", () => {
  const { upsert, multiUpdate } = OpUpdateFlag;
  const changes = [{ $set: { a: 1 } }, { a: 1 }, {}];
  for (const flags of [0, upsert, multiUpdate, upsert | multiUpdate, 1 << 5]) {
    for (const u of changes) {
      const { commands, ...write } = translated(update(flags, u));
      assertEquals(write, { kind: "update", database: "shop", collection: "a.b", ordered: true });
      const statement = { q: { _id: 1 }, u, multi: (flags & 2) !== 0, upsert: (flags & 1) !== 0 };
      assertCommand(commands[0]!, { update: "a.b", writeConcern, $db: "shop", updates: [statement] });
    }
  }
});

Deno.test("translateWrite refuses a selector and an update that are too long together", () => {
  const half = bytesOf({ text: "x".repeat(9_000_000) });
  const message = encodeOpUpdate({ requestId: 7, fullCollectionName: "shop.films", selector: half, update: half });
  const errmsg = "BSONObj size: 18000060 (0x112A8BC) is invalid. Size must be between 0 and 16793600(16MB)";
  assertRefusal(() => translated(message), 10334, errmsg);
});

Deno.test("translateWrite makes a delete of an OP_DELETE", () => {
  for (const [flags, limit] of [[0, 0], [OpDeleteFlag.singleRemove, 1], [1 << 5, 0]] as const) {
    const { commands, ...write } = translated(remove(flags));
    assertEquals(write, { kind: "delete", database: "shop", collection: "films", ordered: true });
    assertCommand(commands[0]!, { delete: "films", writeConcern, $db: "shop", deletes: [{ q: { a: 1 }, limit }] });
  }
});

Deno.test("translateWrite gives messages that describe the same write", () => {
  for (const message of [insert([bytesOf({ a: 1 })]), update(0, { a: 1 }), remove(0)]) {
    const before = describeCommand(message);
    const after = describeCommand(translated(message).commands[0]!);
    assertEquals([after.name, after.database, after.collection], [before.name, before.database, before.collection]);
    assert(after.isWrite && after.expectsReply && !after.isUnacknowledged && !after.isLegacy);
  }
});

Deno.test("translateWrite refuses other messages", () => {
  const query = encodeOpQuery({ requestId: 7, fullCollectionName: "shop.films", query: bytesOf({}) });
  assertRefused(() => translated(query), "Opcode at byte 12: expected 2002, 2001 or 2006, got 2004");
  for (const name of ["shop", "shop.", ".films", ""]) {
    assertRefusal(() => translated(insert([bytesOf({})], 0, name)), 16257, `Invalid ns [${name}]`);
  }
});
