import { assert, assertEquals } from "@std/assert";
import { type Document, Double, Int32, Long, ObjectId, serialize, UUID } from "bson";
import { type CommandView, describeCommand } from "../../codec/command.ts";
import { encodeOpDelete } from "../../codec/op_delete.ts";
import { encodeOpGetMore } from "../../codec/op_get_more.ts";
import { encodeOpInsert } from "../../codec/op_insert.ts";
import { encodeOpKillCursors } from "../../codec/op_kill_cursors.ts";
import { encodeOpMsg, OpMsgFlag } from "../../codec/op_msg.ts";
import { encodeOpQuery, OpQueryFlag } from "../../codec/op_query.ts";
import { encodeOpReply } from "../../codec/op_reply.ts";
import { encodeOpUpdate } from "../../codec/op_update.ts";
import { assertRefused, outcome, randomNumbers, surrounded } from "./samples.ts";

const LSID = new UUID("00112233-4455-6677-8899-aabbccddeeff");
const FULL: Document = {
  find: "films",
  filter: { lsid: 1, $db: "not this", nested: { txnNumber: 3 } },
  maxTimeMS: 1500,
  comment: { why: "test" },
  lsid: { id: LSID, uid: 1 },
  txnNumber: Long.fromNumber(7),
  autocommit: false,
  startTransaction: true,
  $readPreference: { mode: "secondaryPreferred" },
  $db: "shop",
};

function opMsg(command: Document, flags = 0): CommandView {
  return describeCommand(encodeOpMsg({ requestId: 42, flags, body: serialize(command) }));
}

function opQuery(query: Document, fullCollectionName = "shop.$cmd", flags = 0): CommandView {
  return describeCommand(encodeOpQuery({ requestId: 42, flags, fullCollectionName, query: serialize(query) }));
}

/** Reads all that a view says. */
function facts(command: CommandView): Record<string, unknown> {
  return {
    name: command.name,
    isLegacy: command.isLegacy,
    database: command.database,
    collection: command.collection,
    isWrite: command.isWrite,
    readPreference: command.readPreference,
    cursorId: command.cursorId,
    cursorIds: command.cursorIds,
    lsid: command.lsid?.toHex() ?? null,
    txnNumber: command.txnNumber,
    autocommit: command.autocommit,
    startTransaction: command.startTransaction,
    comment: command.comment,
    maxTimeMS: command.maxTimeMS,
    expectsReply: command.expectsReply,
    exhaustAllowed: command.exhaustAllowed,
    isUnacknowledged: command.isUnacknowledged,
    opensCursor: command.opensCursor,
    opensAwaitingCursor: command.opensAwaitingCursor,
    continuesCursor: command.continuesCursor,
    body: command.body.toHex(),
  };
}

/** What a view says of a command that has nothing but a name, with `body` as it came. */
function plain(command: CommandView, others: Record<string, unknown>): Record<string, unknown> {
  return {
    name: "",
    isLegacy: false,
    database: "shop",
    collection: null,
    isWrite: false,
    readPreference: null,
    cursorId: null,
    cursorIds: [],
    lsid: null,
    txnNumber: null,
    autocommit: null,
    startTransaction: false,
    comment: undefined,
    maxTimeMS: null,
    expectsReply: true,
    exhaustAllowed: false,
    isUnacknowledged: false,
    opensCursor: false,
    opensAwaitingCursor: false,
    continuesCursor: false,
    body: command.body.toHex(),
    ...others,
  };
}

Deno.test("describeCommand reads every fact of an OP_MSG", () => {
  const command = opMsg(FULL);
  assertEquals(
    facts(command),
    plain(command, {
      name: "find",
      collection: "films",
      readPreference: { mode: "secondaryPreferred" },
      lsid: "00112233445566778899aabbccddeeff",
      txnNumber: 7n,
      autocommit: false,
      startTransaction: true,
      comment: { why: "test" },
      maxTimeMS: 1500,
      opensCursor: true,
      body: serialize(FULL).toHex(),
    }),
  );
  assertEquals(command.requestId, 42);
});

Deno.test("describeCommand finds nothing in a command that has nothing", () => {
  const command = opMsg({ ping: 1, $db: "shop" });
  assertEquals(facts(command), plain(command, { name: "ping" }));
});

Deno.test("describeCommand gives canonical names, and unknown ones as sent", () => {
  assertEquals(opMsg({ ismaster: 1 }).name, "isMaster");
  assertEquals(opMsg({ findandmodify: "a" }).name, "findAndModify");
  assertEquals(opMsg({ newThing: 1 }).name, "newThing");
  assertEquals(opMsg({ FIND: "a" }).name, "FIND");
});

Deno.test("describeCommand takes the first of equal keys", () => {
  const [first, second] = [serialize({ ping: 1, $db: "one" }), serialize({ $db: "two" })];
  const body = new Uint8Array([...first.subarray(0, -1), ...second.subarray(4)]);
  new DataView(body.buffer).setInt32(0, body.length, true);
  assertEquals(describeCommand(encodeOpMsg({ requestId: 1, body })).database, "one");
});

Deno.test("describeCommand takes fields of a wrong type for absent", () => {
  const command = opMsg({
    find: 1,
    lsid: "x",
    txnNumber: "7",
    autocommit: 0,
    startTransaction: 1,
    maxTimeMS: "1",
    $readPreference: { mode: "elsewhere" },
    writeConcern: 1,
    tailable: {},
    awaitData: "",
    $db: 1,
  });
  assertEquals(
    facts(command),
    plain(command, { name: "find", database: "", opensCursor: true }),
  );
  for (const id of ["text", new ObjectId()]) assertEquals(opMsg({ ping: 1, lsid: { id } }).lsid, null);
});

Deno.test("describeCommand finds the collection where the command has it", () => {
  assertEquals(opMsg({ aggregate: 1, pipeline: [] }).collection, null);
  assertEquals(opMsg({ getMore: Long.fromNumber(1), collection: "films" }).collection, "films");
  assertEquals(opMsg({ listCollections: 1, collection: "no" }).collection, null);
  assertEquals(opMsg({ explain: { count: "films" } }).collection, "films");
  assertEquals(opMsg({ group: { key: 1, ns: "films" } }).collection, "films");
  assertEquals(opMsg({ newThing: "films" }).collection, "films");
});

Deno.test("describeCommand reads a read preference with all its parts", () => {
  const $readPreference = {
    mode: "nearest",
    tags: [{ dc: "east", rack: "1" }, {}],
    maxStalenessSeconds: 120,
    hedge: { enabled: true },
  };
  assertEquals(opMsg({ find: "a", $readPreference }).readPreference, { ...$readPreference, mode: "nearest" });
  const unlimited = { mode: "secondary", maxStalenessSeconds: -1 };
  assertEquals(opMsg({ find: "a", $readPreference: unlimited }).readPreference, { mode: "secondary" });
});

Deno.test("describeCommand tells reads from writes", () => {
  const writes: Document[] = [
    { insert: "a" },
    { createIndexes: "a" },
    { dropDatabase: 1 },
    { commitTransaction: 1 },
    { aggregate: "a", pipeline: [{ $match: {} }, { $out: "b" }] },
    { aggregate: "a", pipeline: [{ $merge: { into: "b" } }] },
    { mapReduce: "a", out: "b" },
    { mapreduce: "a", out: { replace: "b" } },
    { newThing: "a" },
  ];
  const reads: Document[] = [
    { find: "a" },
    { aggregate: "a", pipeline: [] },
    { aggregate: "a", pipeline: "none" },
    { aggregate: "a", pipeline: [1, {}] },
    { aggregate: "a", pipeline: [{ $match: { $out: 1 } }, { $outer: 1 }] },
    { mapReduce: "a", out: { inline: 1 } },
    { ping: 1 },
    { newThing: "a", $readPreference: { mode: "secondary" } },
  ];
  for (const command of writes) assert(opMsg(command).isWrite, JSON.stringify(command));
  for (const command of reads) assert(!opMsg(command).isWrite, JSON.stringify(command));
});

Deno.test("describeCommand knows which cursors will wait", () => {
  const waiting: Document[] = [
    { find: "a", tailable: true, awaitData: true },
    { find: "a", tailable: new Int32(1), awaitData: new Double(1) },
    { aggregate: "a", pipeline: [{ $changeStream: {} }, { $match: {} }] },
    { aggregate: 1, pipeline: [{ $changeStream: { allChangesForCluster: true } }] },
  ];
  const others: Document[] = [
    { find: "a", tailable: true },
    { find: "a", awaitData: true, tailable: false },
    { count: "a", tailable: true, awaitData: true },
    { aggregate: "a", pipeline: [{ $match: {} }, { $changeStream: {} }] },
    { aggregate: "a", pipeline: [{ $changeStreams: {} }] },
    { aggregate: "a", pipeline: [] },
  ];
  for (const command of waiting) assert(opMsg(command).opensAwaitingCursor, JSON.stringify(command));
  for (const command of others) assert(!opMsg(command).opensAwaitingCursor, JSON.stringify(command));
});

Deno.test("describeCommand reads cursor ids of getMore and killCursors", () => {
  const more = opMsg({ getMore: Long.fromString("9223372036854775807"), collection: "a", $db: "shop" });
  assertEquals(more.cursorId, 2n ** 63n - 1n);
  assert(more.continuesCursor && !more.opensCursor);
  const kill = opMsg({ killCursors: "a", cursors: [Long.fromNumber(-5), "no", new Int32(3)] });
  assertEquals(kill.cursorIds, [-5n, 3n]);
  assertEquals(kill.collection, "a");
  assertEquals(opMsg({ insert: "a", cursors: [Long.fromNumber(1)] }).cursorIds, []);
});

Deno.test("describeCommand reads flags and write concern", () => {
  assert(!opMsg({ insert: "a", writeConcern: { w: 0 } }, OpMsgFlag.moreToCome).expectsReply);
  assert(opMsg({ insert: "a", writeConcern: { w: 0 } }).isUnacknowledged);
  assert(opMsg({ insert: "a", writeConcern: { j: false, w: new Double(0) } }).isUnacknowledged);
  for (const writeConcern of [{ w: 1 }, { w: "majority" }, { j: true }, {}]) {
    assert(!opMsg({ insert: "a", writeConcern }).isUnacknowledged);
  }
  assert(opMsg({ getMore: 1n }, OpMsgFlag.exhaustAllowed).exhaustAllowed);
});

Deno.test("describeCommand passes document sequences by, before and after the body", () => {
  // No BSON at all inside: it must not matter.
  const sequence = [1, 12, 0, 0, 0, ...[..."documents"].slice(0, 7).map((char) => char.charCodeAt(0)), 255];
  const body = [0, ...serialize({ insert: "films", $db: "shop" })];
  for (const sections of [[...sequence, ...body], [...body, ...sequence], [...sequence, ...body, ...sequence]]) {
    const message = messageOf(2013, [0, 0, 0, 0, ...sections]);
    const command = describeCommand(message);
    assertEquals([command.name, command.database, command.collection], ["insert", "shop", "films"]);
  }
});

Deno.test("describeCommand leaves the checksum out", () => {
  const message = encodeOpMsg({ requestId: 1, body: serialize({ ping: 1, $db: "shop" }), checksum: true });
  assertEquals(describeCommand(message).database, "shop");
});

Deno.test("describeCommand refuses OP_MSG with other sections, flags or no command", () => {
  const body = [0, ...serialize({ ping: 1 })];
  for (
    const content of [
      [0, 0, 0, 0],
      [0, 0, 0, 0, ...body, ...body],
      [0, 0, 0, 0, 2, ...body.slice(1)],
      [0, 0, 0, 0, ...body, 1, 4, 0, 0, 0],
      [4, 0, 0, 0, ...body],
      [1, 0, 0, 0, ...body],
      [0, 0, 0, 0, 0, ...serialize({})],
    ]
  ) assertRefused(() => describeCommand(messageOf(2013, content)));
});

function messageOf(opCode: number, content: readonly number[]): Uint8Array {
  const message = new Uint8Array(16 + content.length);
  message.set(content, 16);
  const view = new DataView(message.buffer);
  view.setInt32(0, message.length, true);
  view.setInt32(12, opCode, true);
  return message;
}

Deno.test("describeCommand reads commands of OP_QUERY", () => {
  const command = opQuery({ count: "films", maxTimeMS: 5 });
  assertEquals(facts(command), plain(command, { name: "count", collection: "films", maxTimeMS: 5 }));
});

Deno.test("describeCommand looks through $query and query around a command", () => {
  const inner = { count: "films", query: { a: 1 } };
  for (const key of ["$query", "query"]) {
    const command = opQuery({ [key]: inner, $readPreference: { mode: "nearest" } });
    const others = { name: "count", collection: "films", readPreference: { mode: "nearest" } };
    assertEquals(facts(command), plain(command, { ...others, body: serialize(inner).toHex() }));
  }
  assertEquals(opQuery({ query: "films" }).name, "query");
});

Deno.test("describeCommand takes the slaveOk bit for secondaryPreferred", () => {
  assertEquals(opQuery({ count: "a" }, "shop.$cmd", OpQueryFlag.slaveOk).readPreference, {
    mode: "secondaryPreferred",
  });
  const wrapped = { $query: { count: "a" }, $readPreference: { mode: "primary" } };
  assertEquals(opQuery(wrapped, "shop.$cmd", OpQueryFlag.slaveOk).readPreference, { mode: "primary" });
});

Deno.test("describeCommand reads a legacy find", () => {
  const command = opQuery({ $db: "no", comment: "no", lsid: 1 }, "shop.films.old");
  assertEquals(
    facts(command),
    plain(command, { name: "find", isLegacy: true, collection: "films.old", opensCursor: true }),
  );
  const wrapped = { $query: { a: 1 }, $comment: "why", $maxTimeMS: 9, $readPreference: { mode: "secondary" } };
  const flags = OpQueryFlag.tailableCursor | OpQueryFlag.awaitData | OpQueryFlag.exhaust;
  const waiting = opQuery(wrapped, "shop.films", flags);
  assertEquals([waiting.comment, waiting.maxTimeMS, waiting.readPreference], ["why", 9, { mode: "secondary" }]);
  assert(waiting.opensAwaitingCursor && waiting.exhaustAllowed);
  assert(!opQuery({}, "shop.films", OpQueryFlag.tailableCursor).opensAwaitingCursor);
});

const LEGACY = { requestId: 42, fullCollectionName: "shop.films" };
const DOCUMENT = serialize({ _id: 1 });
const legacyWrite = {
  isLegacy: true,
  collection: "films",
  isWrite: true,
  expectsReply: false,
  isUnacknowledged: true,
  body: DOCUMENT.toHex(),
};

Deno.test("describeCommand reads the legacy writes", () => {
  const messages = {
    insert: encodeOpInsert({ ...LEGACY, documents: [DOCUMENT, serialize({ _id: 2 })] }),
    update: encodeOpUpdate({ ...LEGACY, selector: DOCUMENT, update: serialize({}) }),
    delete: encodeOpDelete({ ...LEGACY, selector: DOCUMENT }),
  };
  for (const [name, message] of Object.entries(messages)) {
    const command = describeCommand(message);
    assertEquals(facts(command), plain(command, { ...legacyWrite, name }));
  }
});

Deno.test("describeCommand reads OP_GET_MORE and OP_KILL_CURSORS", () => {
  const more = describeCommand(encodeOpGetMore({ ...LEGACY, numberToReturn: 5, cursorId: -3n }));
  const moreFacts = {
    name: "getMore",
    isLegacy: true,
    collection: "films",
    cursorId: -3n,
    continuesCursor: true,
    body: "",
  };
  assertEquals(facts(more), plain(more, moreFacts));
  const kill = describeCommand(encodeOpKillCursors({ requestId: 42, cursorIds: [1n, -(2n ** 63n)] }));
  const killFacts = { name: "killCursors", isLegacy: true, database: "", cursorIds: [1n, -(2n ** 63n)], body: "" };
  assertEquals(facts(kill), plain(kill, { ...killFacts, expectsReply: false }));
});

Deno.test("describeCommand tells what there is of a namespace without database or collection", () => {
  const parts = [["", "", ""], ["shop", "shop", ""], ["shop.", "shop", ""], [".films", "", "films"]] as const;
  for (const [fullCollectionName, database, collection] of parts) {
    const message = encodeOpQuery({ requestId: 1, fullCollectionName, query: serialize({ "a.b": 1 }) });
    const command = describeCommand(message);
    assertEquals([command.name, command.database, command.collection], ["find", database, collection]);
  }
});

Deno.test("describeCommand refuses a wrong number of cursor ids", () => {
  for (const wrong of [-1, 0, 2, 2 ** 29]) {
    const message = encodeOpKillCursors({ requestId: 1, cursorIds: [1n] });
    new DataView(message.buffer).setInt32(20, wrong, true);
    assertRefused(() => describeCommand(message), "cursor ids");
  }
});

Deno.test("describeCommand refuses messages that are no request", () => {
  assertRefused(() => describeCommand(encodeOpReply({ requestId: 1, documents: [] })), "no request");
  assertRefused(() => describeCommand(messageOf(2012, [0, 0, 0, 0])), "no request");
});

const MESSAGES: readonly Uint8Array[] = [
  encodeOpMsg({ requestId: 1, body: serialize(FULL) }),
  encodeOpMsg({
    requestId: 1,
    body: serialize({ aggregate: "a", pipeline: [{ $match: {} }, { $out: "b" }], writeConcern: { w: 1 }, $db: "shop" }),
    checksum: true,
  }),
  encodeOpMsg({ requestId: 1, body: serialize({ killCursors: "a", cursors: [Long.fromNumber(1)], $db: "shop" }) }),
  encodeOpQuery({
    requestId: 1,
    fullCollectionName: "a.$cmd",
    query: serialize({ $query: { ping: 1 }, $comment: "x" }),
  }),
  encodeOpQuery({ ...LEGACY, query: DOCUMENT, returnFieldsSelector: DOCUMENT }),
  encodeOpInsert({ ...LEGACY, documents: [DOCUMENT] }),
  encodeOpUpdate({ ...LEGACY, selector: DOCUMENT, update: DOCUMENT }),
  encodeOpDelete({ ...LEGACY, selector: DOCUMENT }),
  encodeOpGetMore({ ...LEGACY, numberToReturn: 1, cursorId: 1n }),
  encodeOpKillCursors({ requestId: 1, cursorIds: [1n] }),
];

Deno.test("describeCommand refuses every message truncated at any byte", () => {
  for (const message of MESSAGES) {
    for (let length = 0; length < message.length; length++) {
      assertRefused(() => describeCommand(message.subarray(0, length)));
    }
  }
});

Deno.test("describeCommand reads nothing outside the message", () => {
  for (const message of MESSAGES) {
    const expected = facts(describeCommand(message));
    assertEquals(facts(describeCommand(surrounded(message, 0))), expected);
    assertEquals(facts(describeCommand(surrounded(message, 0x10))), expected);
    for (let length = 17; length < message.length; length++) {
      const cut = message.slice(0, length);
      new DataView(cut.buffer).setInt32(0, length, true);
      const alone = outcome(() => facts(describeCommand(cut)));
      assertEquals(outcome(() => facts(describeCommand(surrounded(cut, 0)))), alone);
    }
  }
});

Deno.test("describeCommand gives facts or a CodecError for damaged messages", () => {
  const random = randomNumbers(11);
  for (const message of MESSAGES) {
    for (let round = 0; round < 500; round++) {
      const damaged = message.slice();
      for (let i = random(3); i >= 0; i--) damaged[16 + random(message.length - 16)] = random(256);
      const alone = outcome(() => facts(describeCommand(damaged)));
      assertEquals(outcome(() => facts(describeCommand(surrounded(damaged, 0x02)))), alone);
    }
  }
});
