import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { deserialize, type Document, serialize } from "bson";
import { describeCommand } from "../../../codec/command.ts";
import { decodeOpMsg, encodeOpMsg, OpMsgFlag } from "../../../codec/op_msg.ts";
import { encodeOpQuery, OpQueryFlag } from "../../../codec/op_query.ts";
import type { Topology } from "../../../driver/sdam/topology.ts";
import { ClientRequest } from "../../../proxy/client/client_request.ts";
import { allowSecondaryRead, declineExhaust, readPreferenceOf } from "../../../proxy/exchange/route.ts";
import { find, inTransaction, opMsg } from "../support/commands.ts";
import { FakeServer } from "../support/fake_server.ts";

const MAX_BYTES = 48_000_000;
const nearest = { $readPreference: { mode: "nearest" } };

function modeOf(command: Document): string {
  return readPreferenceOf(describeCommand(opMsg(command))).mode;
}

function request(message: Uint8Array): ClientRequest {
  return new ClientRequest(message, MAX_BYTES);
}

Deno.test("readPreferenceOf() takes the primary where nothing was asked for", () => {
  assertEquals(modeOf(find), "primary");
});

Deno.test("readPreferenceOf() takes the client's read preference for reads", () => {
  for (
    const read of [find, { count: "things" }, { aggregate: "things", pipeline: [], cursor: {} }, { listCollections: 1 }]
  ) {
    assertEquals(modeOf({ ...read, ...nearest }), "nearest");
  }
  const tagged = { $readPreference: { mode: "secondary", tags: [{ dc: "ny" }], maxStalenessSeconds: 120 } };
  assertEquals(readPreferenceOf(describeCommand(opMsg({ ...find, ...tagged }))), {
    mode: "secondary",
    tags: [{ dc: "ny" }],
    maxStalenessSeconds: 120,
  });
});

Deno.test("readPreferenceOf() takes the primary for what only it can do", () => {
  const writes = [
    { insert: "things", documents: [] },
    { findAndModify: "things" },
    { aggregate: "things", pipeline: [{ $out: "others" }], cursor: {} },
    { aggregate: "things", pipeline: [{ $match: {} }, { $merge: "others" }], cursor: {} },
    { create: "things" },
    { endSessions: [] },
    { replSetStepDown: 1 },
  ];
  for (const write of writes) assertEquals(modeOf({ ...write, ...nearest }), "primary", Object.keys(write)[0]);
});

Deno.test("readPreferenceOf() takes the primary in a transaction", () => {
  assertEquals(modeOf({ ...find, ...nearest, ...inTransaction(1, 1) }), "primary");
});

Deno.test("readPreferenceOf() lets a legacy query with slaveOk read from a secondary", () => {
  const query = {
    requestId: 1,
    fullCollectionName: "test.things",
    numberToSkip: 0,
    numberToReturn: 0,
    query: serialize({}),
  };
  const modes = [0, OpQueryFlag.slaveOk].map((flags) =>
    readPreferenceOf(describeCommand(encodeOpQuery({ ...query, flags }))).mode
  );
  assertEquals(modes, ["primary", "secondaryPreferred"]);
});

Deno.test("declineExhaust() takes the leave to stream away and nothing else", () => {
  const exhaust = request(opMsg(find, { flags: OpMsgFlag.exhaustAllowed }));
  declineExhaust(exhaust);
  assertEquals(exhaust.plain, opMsg(find));
  assert(!exhaust.command.exhaustAllowed);
});

Deno.test("declineExhaust() keeps the checksum of a message right", () => {
  const body = serialize({ ...find });
  const exhaust = request(encodeOpMsg({ requestId: 1, flags: OpMsgFlag.exhaustAllowed, body, checksum: true }));
  declineExhaust(exhaust);
  assertEquals(deserialize(decodeOpMsg(exhaust.plain).body).find, "things");
});

Deno.test("declineExhaust() leaves other opcodes alone", () => {
  const message = encodeOpQuery({
    requestId: 1,
    flags: OpQueryFlag.exhaust,
    fullCollectionName: "admin.$cmd",
    numberToSkip: 0,
    numberToReturn: -1,
    query: serialize({ ping: 1 }),
  });
  const exhaust = request(message);
  declineExhaust(exhaust);
  assertStrictEquals(exhaust.plain, message);
});

/** What reaches a server of this type in a topology of that type. */
function allowed(message: Uint8Array, serverType: string, topologyType: string): Uint8Array {
  const asked = request(message);
  const topology = { description: { type: topologyType } } as unknown as Topology;
  allowSecondaryRead(asked, new FakeServer("a:1", serverType).server, topology);
  return asked.plain;
}

Deno.test("allowSecondaryRead() lets a secondary that was connected to directly answer reads", () => {
  const { body } = decodeOpMsg(allowed(opMsg(find, { requestId: 9 }), "RSSecondary", "Single"));
  assertEquals(deserialize(body), { ...find, $readPreference: { mode: "primaryPreferred" } });
});

Deno.test("allowSecondaryRead() changes nothing anywhere else, or where a read preference came along", () => {
  const plain = opMsg(find);
  for (
    const [server, topology] of [["RSPrimary", "Single"], ["RSSecondary", "ReplicaSetWithPrimary"], [
      "Standalone",
      "Single",
    ]]
  ) {
    assertStrictEquals(allowed(plain, server!, topology!), plain);
  }
  const own = opMsg({ ...find, ...nearest });
  assertStrictEquals(allowed(own, "RSSecondary", "Single"), own);
});
