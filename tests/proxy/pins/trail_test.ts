import { assert, assertEquals } from "@std/assert";
import { type Document, serialize } from "bson";
import { describeCommand } from "../../../codec/command.ts";
import { encodeOpGetMore } from "../../../codec/op_get_more.ts";
import { encodeOpMsg } from "../../../codec/op_msg.ts";
import { encodeOpQuery } from "../../../codec/op_query.ts";
import { encodeOpReply } from "../../../codec/op_reply.ts";
import { describeReply, type ReplyView } from "../../../codec/reply.ts";
import type { Topology } from "../../../driver/sdam/topology.ts";
import { ClientGroup } from "../../../proxy/client/client_group.ts";
import type { ClientId } from "../../../proxy/event.ts";
import { DEFAULT_LIMITS } from "../../../proxy/limits.ts";
import { Pins } from "../../../proxy/pins/pins.ts";
import { type Trail, trailOf } from "../../../proxy/pins/trail.ts";
import { fakeConnection } from "../../driver/pool/fake_stream.ts";
import { FakeWaiter } from "../../driver/pool/pool_fixture.ts";
import { cursor, find, getMore, inTransaction, lsid, opMsg, watch } from "../support/commands.ts";
import { FakeServer } from "../support/fake_server.ts";

const insert = { insert: "things", documents: [], $db: "test" };

function replyOf(document: Document): ReplyView {
  return describeReply(encodeOpMsg({ requestId: 2, responseTo: 1, body: serialize({ ok: 1, ...document }) }));
}

/** A gateway's memory, and one client whose commands run on one server. */
class Trodden {
  readonly released: { cursors: bigint[]; transactions: string[] }[] = [];
  readonly pins = new Pins(
    { ...DEFAULT_LIMITS, maxPinnedShare: 0.1 },
    10,
    () => {},
    (cursors, transactions) =>
      this.released.push({
        cursors: cursors.map(({ id }) => id),
        transactions: transactions.map(({ txnNumber }) => String(txnNumber)),
      }),
  );
  readonly fake: FakeServer;
  readonly owner: { id: ClientId; group: ClientGroup; isLoadBalanced: boolean };

  constructor({ serverType = "RSPrimary", isLoadBalanced = false } = {}) {
    this.fake = new FakeServer("a:1", serverType);
    this.owner = { id: 1 as ClientId, group: new ClientGroup("key"), isLoadBalanced };
  }

  trail(message: Uint8Array): Trail | null {
    return trailOf(describeCommand(message), this.owner, this.pins);
  }

  /** Runs a command as an exchange does, and gives its trail. */
  run(command: Document | Uint8Array, reply: Document | ReplyView, connection = fakeConnection({ id: 1 })): Trail {
    const trail = this.trail(command instanceof Uint8Array ? command : opMsg(command))!;
    const { server } = this.fake;
    const source = trail.connectionPin;
    if (source === null) assert(trail.reserve(server));
    else source.checkOut(new FakeWaiter());
    trail.leaves(server, connection);
    trail.arrived("body" in reply ? reply as ReplyView : replyOf(reply), connection);
    trail.connectionPin?.checkIn();
    return trail;
  }

  topology(): Topology {
    return { server: (address: string) => address === "a:1" ? this.fake.server : null } as unknown as Topology;
  }
}

Deno.test("trailOf() gives null for what opens, continues and changes nothing", () => {
  const trodden = new Trodden();
  for (const command of [{ ping: 1 }, insert, { ...insert, lsid: lsid(1) }, { count: "things" }]) {
    assertEquals(trodden.trail(opMsg(command)), null);
  }
});

Deno.test("Trail notes a cursor with its server, session and namespace", () => {
  const trodden = new Trodden();
  trodden.pins.sweep(50);
  trodden.run({ ...find, lsid: lsid(3) }, cursor(7, "test.view"));
  const [pin] = trodden.pins.cursors.all(7n);
  assertEquals([pin?.namespace, pin?.server, pin?.awaiting, pin?.usedAt], ["test.view", "a:1", false, 50]);
  assertEquals([pin?.group, pin?.connection], [trodden.owner.group, null]);
  assertEquals(pin?.session?.charCodeAt(15), 3);
});

Deno.test("Trail notes no cursor that is exhausted, absent or failed", () => {
  const trodden = new Trodden();
  for (const reply of [cursor(0), {}, { ok: 0, code: 2, ...cursor(5) }]) trodden.run(find, reply);
  assertEquals(trodden.pins.cursors.size, 0);
});

Deno.test("Trail leads a getMore to the server of its cursor, if that is there", () => {
  const trodden = new Trodden();
  trodden.run(find, cursor(7));
  const [known, unknown] = [trodden.trail(opMsg(getMore(7)))!, trodden.trail(opMsg(getMore(8)))!];
  assertEquals(known.pinnedServer(trodden.topology()), trodden.fake.server);
  assertEquals(unknown.pinnedServer(trodden.topology()), null);
  assertEquals(known.pinnedServer({ server: () => null } as unknown as Topology), null);
});

Deno.test("Trail knows whose getMores wait for data", () => {
  const trodden = new Trodden();
  trodden.run(watch, cursor(1));
  trodden.run({ ...find, tailable: true, awaitData: true }, cursor(2));
  trodden.run({ ...find, tailable: true }, cursor(3));
  const awaiting = [1, 2, 3].map((id) => trodden.trail(opMsg(getMore(id)))!.isAwaiting);
  assertEquals(awaiting, [true, true, false]);
  assertEquals(trodden.trail(opMsg(watch))!.isAwaiting, false);
});

for (
  const [what, reply, isKept] of [
    ["that goes on", cursor(7, "test.things", "nextBatch"), true],
    ["that is exhausted", cursor(0, "test.things", "nextBatch"), false],
    ["that is not found", { ok: 0, code: 43 }, false],
    ["that was killed", { ok: 0, code: 237 }, false],
    ["whose history is lost", { ok: 0, code: 286 }, false],
    ["whose plan was killed", { ok: 0, code: 175 }, false],
    ["that is in use", { ok: 0, code: 12051 }, true],
    ["whose time was up", { ok: 0, code: 50 }, true],
  ] as const
) {
  Deno.test(`Trail ${isKept ? "keeps" : "forgets"} a cursor ${what}`, () => {
    const trodden = new Trodden();
    trodden.run(find, cursor(7));
    trodden.run(getMore(7), reply);
    assertEquals(trodden.pins.cursors.size, isKept ? 1 : 0);
    assertEquals(trodden.released, []);
  });
}

Deno.test("Trail follows the cursors of legacy operations", () => {
  const trodden = new Trodden();
  const query = encodeOpQuery({
    requestId: 1,
    flags: 0,
    fullCollectionName: "test.things",
    numberToSkip: 0,
    numberToReturn: 2,
    query: serialize({}),
  });
  const reply = (cursorId: bigint, responseFlags = 0) =>
    describeReply(
      encodeOpReply({ requestId: 2, responseTo: 1, cursorId, responseFlags, documents: [serialize({ a: 1 })] }),
      true,
    );
  trodden.run(query, reply(9n));
  assertEquals(trodden.pins.cursors.all(9n)[0]?.namespace, "test.things");
  const more = encodeOpGetMore({ requestId: 1, fullCollectionName: "test.things", numberToReturn: 2, cursorId: 9n });
  trodden.run(more, reply(9n));
  assertEquals(trodden.pins.cursors.size, 1);
  trodden.run(more, reply(0n));
  assertEquals(trodden.pins.cursors.size, 0);
});

Deno.test("Trail notes a transaction when its first statement leaves", () => {
  const trodden = new Trodden();
  const trail = trodden.trail(opMsg({ ...insert, ...inTransaction(1, 5, { startTransaction: true }) }))!;
  assertEquals(trodden.pins.transactions.size, 0);
  trail.leaves(trodden.fake.server, fakeConnection({ id: 1 }));
  assertEquals(trodden.pins.transactions.size, 1);
  trail.failed();
  // The server may have it: only the client knows whether it goes on.
  assertEquals(trodden.pins.transactions.size, 1);
});

Deno.test("Trail keeps the session's id when the message is gone", () => {
  const trodden = new Trodden();
  const message = opMsg({ ...insert, ...inTransaction(4, 5, { startTransaction: true }) });
  const trail = trodden.trail(message)!;
  message.fill(0);
  trail.leaves(trodden.fake.server, fakeConnection({ id: 1 }));
  trodden.pins.release([], [...trodden.owner.group.transactions]);
  assertEquals(trodden.released, [{ cursors: [], transactions: ["5"] }]);
});

for (
  const [what, command, reply, isKept] of [
    ["after a statement", insert, {}, true],
    ["after a statement that failed", insert, { ok: 0, code: 11000 }, true],
    ["after a transient error", insert, { ok: 0, code: 112, errorLabels: ["TransientTransactionError"] }, false],
    ["after its commit", { commitTransaction: 1 }, {}, false],
    ["after a commit without its write concern", { commitTransaction: 1 }, { writeConcernError: { code: 64 } }, false],
    ["after a commit that failed", { commitTransaction: 1 }, { ok: 0, code: 50 }, true],
    ["after its abort", { abortTransaction: 1 }, {}, false],
    ["that the server does not have", { abortTransaction: 1 }, { ok: 0, code: 251 }, false],
  ] as const
) {
  Deno.test(`Trail ${isKept ? "keeps" : "forgets"} a transaction ${what}`, () => {
    const trodden = new Trodden();
    trodden.run({ ...insert, ...inTransaction(1, 5, { startTransaction: true }) }, {});
    trodden.run({ ...command, ...inTransaction(1, 5) }, reply);
    assertEquals(trodden.pins.transactions.size, isKept ? 1 : 0);
  });
}

Deno.test("Trail leads a transaction back to its mongos, and in a replica set to whatever is primary", () => {
  for (const [serverType, isPinned] of [["Mongos", true], ["RSPrimary", false], ["Unknown", false]] as const) {
    const trodden = new Trodden({ serverType });
    trodden.run({ ...insert, ...inTransaction(1, 5, { startTransaction: true }) }, {});
    const trail = trodden.trail(opMsg({ ...insert, ...inTransaction(1, 5) }))!;
    assertEquals(trail.pinnedServer(trodden.topology()), isPinned ? trodden.fake.server : null, serverType);
  }
});

Deno.test("Trail releases the cursor that nobody heard of", () => {
  const trodden = new Trodden();
  trodden.run(find, cursor(7)).disown();
  assertEquals(trodden.released, [{ cursors: [7n], transactions: [] }]);
  assertEquals(trodden.pins.cursors.size, 0);
});

Deno.test("Trail leaves the cursor that a getMore was for to its client", () => {
  const trodden = new Trodden();
  trodden.run(find, cursor(7));
  trodden.run(getMore(7), cursor(7)).disown();
  assertEquals([trodden.released, trodden.pins.cursors.size], [[], 1]);
});

Deno.test("Trail pins the connection of a load-balanced client's cursor, and leads back to it", () => {
  const trodden = new Trodden({ isLoadBalanced: true });
  const connection = fakeConnection({ id: 1 });
  trodden.run(find, cursor(7), connection);
  assertEquals(trodden.pins.connections.list().map((pin) => pin.connection), [connection]);
  assertEquals(trodden.trail(opMsg(getMore(7)))!.connectionPin?.connection, connection);
  trodden.run(getMore(7), cursor(0), connection);
  assertEquals([trodden.pins.connections.list(), trodden.fake.returned], [[], [connection]]);
});

Deno.test("Trail gives back the place that it took for nothing", () => {
  const trodden = new Trodden({ isLoadBalanced: true });
  const { server } = trodden.fake;
  const trail = trodden.trail(opMsg(find))!;
  assert(trail.reserve(server));
  assertEquals(trodden.pins.connections.reserve(server), false);
  trail.failed();
  trail.failed();
  assert(trodden.pins.connections.reserve(server));
  assertEquals(trodden.pins.connections.reserve(server), false);
});

Deno.test("Trail does without a place, save behind a load balancer", () => {
  for (const [serverType, mayRun] of [["RSPrimary", true], ["LoadBalancer", false]] as const) {
    const trodden = new Trodden({ isLoadBalanced: true, serverType });
    trodden.pins.connections.reserve(trodden.fake.server);
    assertEquals(trodden.trail(opMsg(find))!.reserve(trodden.fake.server), mayRun);
  }
});

Deno.test("Trail forgets what was tied to a connection that was lost", () => {
  const trodden = new Trodden({ isLoadBalanced: true });
  const connection = fakeConnection({ id: 1 });
  trodden.run({ ...find, ...inTransaction(1, 5, { startTransaction: true }) }, cursor(7), connection);
  assertEquals([trodden.pins.cursors.size, trodden.pins.transactions.size], [1, 1]);
  connection.close();
  trodden.trail(opMsg(getMore(7, inTransaction(1, 5))))!.failed();
  assertEquals([trodden.pins.cursors.size, trodden.pins.transactions.size], [0, 0]);
  assertEquals(trodden.pins.connections.list(), []);
});
