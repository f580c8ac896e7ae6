import { assertEquals } from "@std/assert";
import type { Document } from "bson";
import { describeCommand } from "../../../codec/command.ts";
import { checkQueryCommand, translateQueryCommand } from "../../../codec/legacy/legacy_query.ts";
import { decodeOpMsg } from "../../../codec/op_msg.ts";
import { encodeOpQuery, OpQueryFlag, type OpQueryInput } from "../../../codec/op_query.ts";
import { assertCommand, assertRefusal, bytesOf } from "./support.ts";

type Fields = Partial<Omit<OpQueryInput, "query">>;

const slaveOk = { flags: OpQueryFlag.slaveOk };
const secondaryPreferred = { mode: "secondaryPreferred" };
const nearest = { mode: "nearest" };

function query(command: Document, fields: Fields = {}): Uint8Array {
  const input = { requestId: 7, fullCollectionName: "shop.$cmd", numberToReturn: -1, ...fields };
  return encodeOpQuery({ ...input, query: bytesOf(command) });
}

Deno.test("translateQueryCommand makes an OP_MSG of a command", () => {
  for (const numberToReturn of [1, -1]) {
    const message = query({ count: "films", query: { a: 1 } }, { numberToReturn, numberToSkip: 5 });
    assertCommand(translateQueryCommand(message), { count: "films", query: { a: 1 }, $db: "shop" });
  }
});

Deno.test("translateQueryCommand unwraps a command", () => {
  for (const key of ["$query", "query"]) {
    const message = query({ [key]: { count: "films" }, $orderby: { a: 1 }, $explain: true, $db: "other" });
    assertCommand(translateQueryCommand(message), { count: "films", $db: "shop" });
    assertEquals(describeCommand(translateQueryCommand(message)).name, describeCommand(message).name);
  }
  const notFirst = { count: "films", query: { a: 1 }, $query: { ping: 1 } };
  assertCommand(translateQueryCommand(query(notFirst)), { ...notFirst, $db: "shop" });
});

Deno.test("translateQueryCommand gives one read preference", () => {
  const command = { count: "films" };
  const cases: [Document, Fields, Document][] = [
    [command, slaveOk, { ...command, $readPreference: secondaryPreferred }],
    [{ $query: command }, slaveOk, { ...command, $readPreference: secondaryPreferred }],
    [{ $query: command, $readPreference: nearest }, {}, { ...command, $readPreference: nearest }],
    [{ $query: command, $readPreference: nearest }, slaveOk, { ...command, $readPreference: nearest }],
    [{ ...command, $readPreference: nearest }, slaveOk, { ...command, $readPreference: nearest }],
    [{ $query: { ...command, $readPreference: nearest } }, slaveOk, { ...command, $readPreference: nearest }],
    [
      { $query: { ...command, $readPreference: nearest }, $readPreference: secondaryPreferred },
      {},
      { ...command, $readPreference: nearest },
    ],
  ];
  for (const [document, fields, expected] of cases) {
    assertCommand(translateQueryCommand(query(document, fields)), { ...expected, $db: "shop" });
  }
});

Deno.test("translateQueryCommand keeps the request id and the database", () => {
  const message = query({ ping: 1 }, { requestId: -9, fullCollectionName: "admin.$cmd" });
  const view = describeCommand(translateQueryCommand(message));
  assertEquals([view.requestId, view.name, view.database, view.isLegacy], [-9, "ping", "admin", false]);
});

Deno.test("translateQueryCommand makes a sequence of an array that would make a command too long", () => {
  const arrays = { insert: "documents", update: "updates", delete: "deletes" };
  for (const [name, identifier] of Object.entries(arrays)) {
    const documents = Array.from({ length: 17 }, (_, _id) => ({ _id, text: "x".repeat(987_790) }));
    const message = query({ [name]: "films", [identifier]: documents, ordered: false }, slaveOk);
    const { body, sequences } = decodeOpMsg(translateQueryCommand(message));
    assertEquals(sequences, [{ identifier, documents: documents.map((document) => bytesOf(document)) }]);
    const rest = { [name]: "films", ordered: false, $readPreference: secondaryPreferred, $db: "shop" };
    assertEquals(body, bytesOf(rest));
  }
});

Deno.test("translateQueryCommand leaves shorter arrays in the command", () => {
  const insert = { insert: "films", documents: [{ _id: 1 }] };
  const translated = translateQueryCommand(query(insert));
  assertEquals(decodeOpMsg(translated).sequences, []);
  assertCommand(translated, { ...insert, $db: "shop" });
});

Deno.test("translateQueryCommand refuses what servers refuse", () => {
  const ping = { ping: 1 };
  const cases: [Document, Fields, number, string][] = [
    [ping, { numberToReturn: 0 }, 16979, "Bad numberToReturn (0) for $cmd type ns - can only be 1 or -1"],
    [ping, { numberToReturn: 5 }, 16979, "Bad numberToReturn (5) for $cmd type ns - can only be 1 or -1"],
    [ping, { flags: 64 }, 18527, "The 'exhaust' OP_QUERY flag is invalid for commands: shop.$cmd"],
    [{ query: 1 }, {}, 10065, "invalid parameter: expected an object (query)"],
    [{ $query: "x" }, {}, 10065, "invalid parameter: expected an object ($query)"],
    [{ ...ping, $db: "x" }, {}, 40621, "$db is not allowed in OP_QUERY requests"],
    [{ $query: { ...ping, $db: "x" } }, {}, 40621, "$db is not allowed in OP_QUERY requests"],
    [
      { $query: ping, $maxTimeMS: 5 },
      {},
      72,
      "cannot use $maxTimeMS query option with commands; use maxTimeMS command option instead",
    ],
  ];
  for (const [command, fields, code, errmsg] of cases) {
    assertRefusal(() => translateQueryCommand(query(command, fields)), code, errmsg);
  }
});

Deno.test("translateQueryCommand and checkQueryCommand refuse what names no database", () => {
  for (const database of ["", "with space"]) {
    const message = query({ ping: 1 }, { fullCollectionName: `${database}.$cmd` });
    for (const read of [checkQueryCommand, translateQueryCommand]) {
      assertRefusal(() => read(message), 73, `Invalid database name: '${database}'`);
    }
  }
});

Deno.test("checkQueryCommand takes what translateQueryCommand translates", () => {
  checkQueryCommand(query({ ping: 1 }));
  checkQueryCommand(query({ $query: { ping: 1 }, $readPreference: { mode: "nearest" } }));
  assertRefusal(
    () => checkQueryCommand(query({ ping: 1, $db: "shop" })),
    40621,
    "$db is not allowed in OP_QUERY requests",
  );
});
