import { assertEquals } from "@std/assert";
import { type Document, Double, Int32, Long, Timestamp } from "bson";
import { findPath, readDocument } from "../../../codec/bson_view.ts";
import { describeCommand } from "../../../codec/command.ts";
import { DocumentBuilder } from "../../../codec/legacy/document_builder.ts";
import { legacyQueryOf, translateQuery } from "../../../codec/legacy/legacy_query.ts";
import { decodeOpMsg } from "../../../codec/op_msg.ts";
import { encodeOpQuery, OpQueryFlag, type OpQueryInput } from "../../../codec/op_query.ts";
import { assertCommand, assertRefusal, bytesOf, ODD_DOCUMENT } from "./support.ts";

type Fields = Partial<Omit<OpQueryInput, "query">>;

const BAD_OPTION = "Can't canonicalize query :: caused by :: ";
const secondaryPreferred = { mode: "secondaryPreferred" };

function query(document: Document, fields: Fields = {}): Uint8Array {
  const input = { requestId: 7, fullCollectionName: "shop.films", ...fields };
  return encodeOpQuery({ ...input, query: document instanceof Uint8Array ? document : bytesOf(document) });
}

/** Asserts what becomes of a query, of the fields after the collection's name. */
function assertFind(message: Uint8Array, fields: Document, outside: Document = {}): void {
  assertCommand(translateQuery(message), { find: "films", ...fields, ...outside, $db: "shop" });
}

Deno.test("translateQuery makes a find of an OP_QUERY", () => {
  assertFind(query({ a: 1 }), { filter: { a: 1 } });
  assertFind(query({}), { filter: {} });
  const view = describeCommand(translateQuery(query({}, { requestId: -5, fullCollectionName: "shop.a.$b" })));
  assertEquals([view.requestId, view.name, view.database, view.collection], [-5, "find", "shop", "a.$b"]);
});

Deno.test("translateQuery keeps the bytes of filter, projection and options", () => {
  const options = new DocumentBuilder().document("$query", ODD_DOCUMENT).document("$comment", ODD_DOCUMENT).finish();
  const found: [Uint8Array, string[]][] = [[ODD_DOCUMENT, ["filter", "projection"]], [options, ["filter", "comment"]]];
  for (const [document, paths] of found) {
    const { body } = decodeOpMsg(translateQuery(query(document, { returnFieldsSelector: ODD_DOCUMENT })));
    for (const path of paths) assertEquals(readDocument(body, findPath(body, path)), ODD_DOCUMENT);
  }
});

Deno.test("translateQuery skips and projects", () => {
  const fields = { numberToSkip: 5, returnFieldsSelector: bytesOf({ a: 1 }) };
  assertFind(query({}, fields), { filter: {}, projection: { a: 1 }, skip: 5 });
  // Refusing it is the server's business.
  assertFind(query({}, { numberToSkip: -1 }), { filter: {}, skip: -1 });
});

Deno.test("translateQuery takes numberToReturn for a batch, or for all that is wanted", () => {
  assertFind(query({}, { numberToReturn: 0 }), { filter: {} });
  assertFind(query({}, { numberToReturn: 2 }), { filter: {}, batchSize: 2 });
  assertFind(query({}, { numberToReturn: 1 }), { filter: {}, batchSize: 1, limit: 1, singleBatch: true });
  assertFind(query({}, { numberToReturn: -1 }), { filter: {}, batchSize: 1, limit: 1, singleBatch: true });
  const most = 2 ** 31 - 1;
  assertFind(query({}, { numberToReturn: most }), { filter: {}, batchSize: most });
  assertFind(query({}, { numberToReturn: -most }), { filter: {}, batchSize: most, limit: most, singleBatch: true });
  const errmsg = `${BAD_OPTION}bad ntoreturn value in query`;
  assertRefusal(() => translateQuery(query({}, { numberToReturn: -(2 ** 31) })), 2, errmsg);
});

Deno.test("translateQuery makes fields of flags", () => {
  const { tailableCursor, awaitData, noCursorTimeout, partial, oplogReplay, exhaust, slaveOk } = OpQueryFlag;
  assertFind(query({}, { flags: tailableCursor }), { filter: {}, tailable: true });
  assertFind(query({}, { flags: awaitData }), { filter: {}, awaitData: true });
  assertFind(query({}, { flags: noCursorTimeout }), { filter: {}, noCursorTimeout: true });
  assertFind(query({}, { flags: partial }), { filter: {}, allowPartialResults: true });
  assertFind(query({}, { flags: oplogReplay | exhaust | 1 | 1 << 20 }), { filter: {} });
  assertFind(query({}, { flags: slaveOk }), { filter: {}, $readPreference: secondaryPreferred });
  const tailing = { filter: {}, tailable: true, awaitData: true, $readPreference: secondaryPreferred };
  assertFind(query({}, { flags: tailableCursor | awaitData | slaveOk }), tailing);
});

Deno.test("translateQuery unwraps query and $query wherever they stand", () => {
  const filter = { _id: 2 };
  for (
    const wrapped of [{ query: filter }, { $query: filter }, { a: 1, query: filter }, { $comment: 0, $query: filter }]
  ) {
    const comment = "$comment" in wrapped ? { comment: 0 } : {};
    assertFind(query(wrapped), { filter, ...comment });
  }
  assertFind(query({ $query: { _id: 1 }, query: filter }), { filter });
  assertFind(query({ query: 1, $query: filter }), { filter });
  assertFind(query({ query: [filter] }), { filter: { 0: filter } });
});

Deno.test("translateQuery takes a query for the filter where query is no document", () => {
  for (const filter of [{ query: 1 }, { $query: "x" }, { query: null, $orderby: { a: 1 } }, { $orderby: { a: 1 } }]) {
    assertFind(query(filter), { filter });
  }
});

Deno.test("translateQuery makes fields of the options beside a filter", () => {
  const options: [Document, Document][] = [
    [{ $orderby: { a: 1, b: -1 } }, { sort: { a: 1, b: -1 } }],
    [{ orderby: { a: 1 } }, { sort: { a: 1 } }],
    [{ $orderby: { a: 1 }, orderby: { b: 1 } }, { sort: { b: 1 } }],
    [{ $hint: "a_1" }, { hint: "a_1" }],
    [{ $hint: { a: 1 } }, { hint: { a: 1 } }],
    [{ $maxTimeMS: 50 }, { maxTimeMS: 50 }],
    [{ $maxTimeMS: new Double(50) }, { maxTimeMS: new Double(50) }],
    [{ $maxTimeMS: Long.fromNumber(50) }, { maxTimeMS: Long.fromNumber(50) }],
    [{ $min: { a: 1 }, $max: { a: 5 } }, { min: { a: 1 }, max: { a: 5 } }],
    [{ $min: [3] }, { min: { 0: 3 } }],
    [{ $comment: "why" }, { comment: "why" }],
    [{ $comment: { by: ["me"] } }, { comment: { by: ["me"] } }],
    [{ $explain: false, $explain2: 1 }, {}],
  ];
  for (const [option, fields] of options) {
    assertFind(query({ $query: { x: 1 }, ...option }), { filter: { x: 1 }, ...fields });
    assertFind(query({ ...option, query: { x: 1 } }), { filter: { x: 1 }, ...fields });
  }
});

Deno.test("translateQuery passes over what servers pass over", () => {
  const ignored = { $snapshot: true, $maxScan: 5, $unknown: 1, other: 1, hint: "x", $readConcern: { level: "x" } };
  assertFind(query({ $query: {}, ...ignored }), { filter: {} });
});

Deno.test("translateQuery takes anything for true that is not nothing", () => {
  const truths: [unknown, boolean][] = [[true, true], [1, true], ["", true], [{}, true], [new Timestamp(0n), true]];
  const falsehoods: [unknown, boolean][] = [[false, false], [0, false], [new Double(0), false], [null, false]];
  for (const [value, isTrue] of [...truths, ...falsehoods]) {
    const message = query({ $query: {}, $returnKey: value, $showDiskLoc: value });
    assertFind(message, { filter: {}, ...(isTrue ? { returnKey: true, showRecordId: true } : {}) });
    const kind = legacyQueryOf(query({ $query: {}, $explain: value })).kind;
    assertEquals(kind, isTrue ? "explain" : "find");
  }
});

Deno.test("translateQuery joins a sort that comes as an array", () => {
  const sort = (documents: unknown[]) => query({ $query: {}, $orderby: documents });
  assertFind(sort([{ a: -1, ignored: 1 }, { b: new Double(1) }]), { filter: {}, sort: { a: -1, b: new Double(1) } });
  assertFind(sort([]), { filter: {}, sort: {} });
  assertFind(sort([{ a: 1 }, {}, { b: 1 }]), { filter: {}, sort: { a: 1 } });
  assertFind(sort([{ a: 1 }, 5, { b: 1 }]), { filter: {}, sort: { a: 1 } });
  const keys = Array.from({ length: 10 }, (_, i) => ({ [`f${i}`]: 1 }));
  assertFind(sort(keys.slice(0, 9)), { filter: {}, sort: Object.assign({}, ...keys.slice(0, 9)) });
  assertRefusal(() => translateQuery(sort(keys)), 2, `${BAD_OPTION}too many ordering elements`);
  assertRefusal(() => translateQuery(sort([{ a: "x" }])), 2, `${BAD_OPTION}bad order array [2]`);
});

Deno.test("translateQuery refuses options of types that they cannot have", () => {
  const refusals: [Document, string][] = [
    [{ $orderby: 1 }, "sort must be object or array"],
    [{ orderby: "a" }, "sort must be object or array"],
    [{ $hint: 5 }, "$hint must be either a string or nested object"],
    [{ $min: 3 }, "$min must be a BSONObj"],
    [{ $max: "3" }, "$max must be a BSONObj"],
    [{ $maxTimeMS: "5" }, "$maxTimeMS must be a number"],
    [{ $maxTimeMS: null }, "$maxTimeMS must be a number"],
  ];
  for (const [option, reason] of refusals) {
    assertRefusal(() => translateQuery(query({ $query: {}, ...option })), 2, BAD_OPTION + reason);
  }
});

Deno.test("translateQuery makes an explain of $explain", () => {
  const message = query({ $query: { a: 1 }, $orderby: { b: 1 }, $explain: 1 }, { numberToReturn: -3, flags: 4 });
  assertCommand(translateQuery(message), {
    explain: { find: "films", filter: { a: 1 }, sort: { b: 1 }, batchSize: 3, limit: 3, singleBatch: true },
    verbosity: "allPlansExecution",
    $readPreference: secondaryPreferred,
    $db: "shop",
  });
  const view = describeCommand(translateQuery(message));
  assertEquals([view.name, view.collection], ["explain", "films"]);
});

Deno.test("translateQuery passes the read preference beside a filter on, whatever slaveOk says", () => {
  const $readPreference = { mode: "nearest", tags: [{ dc: "a" }] };
  for (const flags of [0, OpQueryFlag.slaveOk]) {
    assertFind(query({ $query: {}, $readPreference }, { flags }), { filter: {}, $readPreference });
  }
  assertFind(query({ a: 1, $readPreference }), { filter: { a: 1, $readPreference } });
  const view = describeCommand(translateQuery(query({ $query: {}, $readPreference })));
  assertEquals(view.readPreference, { mode: "nearest", tags: [{ dc: "a" }] });
});

Deno.test("translateQuery refuses a command that is too long for a document", () => {
  const half = bytesOf({ text: "x".repeat(9_000_000) });
  const errmsg = "BSONObj size: 18000087 (0x112A8D7) is invalid. Size must be between 0 and 16793600(16MB)";
  assertRefusal(() => translateQuery(query(half, { returnFieldsSelector: half })), 10334, errmsg);
});

Deno.test("legacyQueryOf tells what the answer depends on", () => {
  const plain = { kind: "find", database: "shop", collection: "films", numberToReturn: 0, exhaust: false };
  assertEquals(legacyQueryOf(query({ a: 1 })), { ...plain, kind: "find" });
  assertEquals(legacyQueryOf(query({ $explain: 1 })), { ...plain, kind: "find" });
  assertEquals(legacyQueryOf(query({ $query: {}, $explain: 1 })), { ...plain, kind: "explain" });
  const exhausting = { flags: OpQueryFlag.exhaust, numberToReturn: -4 };
  assertEquals(legacyQueryOf(query({}, exhausting)), { ...plain, kind: "find", exhaust: true, numberToReturn: -4 });
  const command = query({ $query: {}, $explain: 1 }, { fullCollectionName: "shop.$cmd", numberToReturn: 1 });
  assertEquals(legacyQueryOf(command), { ...plain, kind: "command", collection: "$cmd", numberToReturn: 1 });
  const inProgress = query({}, { fullCollectionName: "admin.$cmd.sys.inprog" });
  assertEquals(legacyQueryOf(inProgress), { ...plain, kind: "find", database: "admin", collection: "$cmd.sys.inprog" });
});

Deno.test("translateQuery refuses a name that is none, of which legacyQueryOf tells nothing", () => {
  for (const fullCollectionName of ["shop", "shop.", ".films", "", "sh op.films", "sh/op.films", 'sh"op.films']) {
    const message = query({}, { fullCollectionName });
    assertRefusal(() => translateQuery(message), 73, `Invalid ns [${fullCollectionName}]`);
    const { kind, database, collection } = legacyQueryOf(message);
    assertEquals({ kind, database, collection }, { kind: "find", database: "", collection: "" });
  }
});

Deno.test("translateQuery keeps whole numbers of 32 bits as such", () => {
  assertFind(query({ a: new Int32(1) }, { numberToReturn: 5 }), {
    filter: { a: new Int32(1) },
    batchSize: new Int32(5),
  });
});
