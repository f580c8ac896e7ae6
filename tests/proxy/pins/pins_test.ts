import { assertEquals } from "@std/assert";
import type { ClientId, GatewayEvent } from "../../../proxy/event.ts";
import { DEFAULT_LIMITS, type GatewayLimits } from "../../../proxy/limits.ts";
import type { ConnectionPin } from "../../../proxy/pins/connection_pin.ts";
import { Pins } from "../../../proxy/pins/pins.ts";
import { fakeConnection } from "../../driver/pool/fake_stream.ts";
import { FakeServer } from "../support/fake_server.ts";
import { cursorPin, transactionPin } from "../support/pins.ts";

/** A gateway's memory, what it told, and what it had released. */
function remembering(limits: Partial<GatewayLimits> = {}) {
  const events: GatewayEvent[] = [];
  const released: unknown[] = [];
  const pins = new Pins(
    { ...DEFAULT_LIMITS, ...limits },
    10,
    (event) => events.push(event),
    (...all) => released.push(...all.flat()),
  );
  return { pins, events, released };
}

Deno.test("Pins.addCursor releases the cursor that has to make room", () => {
  const { pins, events, released } = remembering({ maxCursors: 1 });
  const [first, second] = [cursorPin({ id: 1n }), cursorPin({ id: 2n })];
  pins.addCursor(first);
  pins.addCursor(second);
  assertEquals([released, pins.cursors.size], [[first], 1]);
  assertEquals(events, [{ type: "orphansReleased", cursors: 1, transactions: 0, reason: "limit" }]);
});

Deno.test("Pins.addTransaction forgets the session's former transaction, which the server ends itself", () => {
  const { pins, released } = remembering({ maxTransactions: 1 });
  const [first, second] = [transactionPin({ txnNumber: 1n }), transactionPin({ txnNumber: 2n })];
  pins.addTransaction(first);
  pins.addTransaction(second);
  assertEquals([released, pins.transactions.current("session")], [[], second]);
});

Deno.test("Pins.addTransaction aborts the transaction that has to make room", () => {
  const { pins, events, released } = remembering({ maxTransactions: 1 });
  const [first, second] = [transactionPin({ session: "a" }), transactionPin({ session: "b" })];
  pins.addTransaction(first);
  pins.addTransaction(second);
  assertEquals(released, [first]);
  assertEquals(events, [{ type: "orphansReleased", cursors: 0, transactions: 1, reason: "limit" }]);
});

Deno.test("Pins.release forgets and tells, and does nothing for nothing", () => {
  const { pins, events, released } = remembering();
  const [cursor, transaction] = [cursorPin(), transactionPin()];
  pins.addCursor(cursor);
  pins.addTransaction(transaction);
  pins.release([cursor], [transaction]);
  pins.release([], []);
  assertEquals([pins.cursors.size, pins.transactions.size, released], [0, 0, [cursor, transaction]]);
  assertEquals(events, [{ type: "orphansReleased", cursors: 1, transactions: 1, reason: "clientsGone" }]);
});

Deno.test("Pins.sweep moves the clock and forgets what was unused, which servers end by themselves", () => {
  const { pins, released } = remembering({ cursorIdleTimeoutMS: 10, transactionIdleTimeoutMS: 20 });
  pins.addCursor(cursorPin());
  pins.addTransaction(transactionPin());
  pins.sweep(11);
  assertEquals([pins.now, pins.cursors.size, pins.transactions.size], [11, 0, 1]);
  pins.sweep(21);
  assertEquals([pins.transactions.size, released], [0, []]);
});

Deno.test("Pins.dropCursor and Pins.dropTransaction forget once", () => {
  const { pins } = remembering();
  const [cursor, transaction] = [cursorPin(), transactionPin()];
  pins.addCursor(cursor);
  pins.addTransaction(transaction);
  for (let turn = 0; turn < 2; turn++) {
    pins.dropCursor(cursor);
    pins.dropTransaction(transaction);
  }
  assertEquals([pins.cursors.size, pins.transactions.size], [0, 0]);
});

Deno.test("Pins.sweep frees what is tied to a connection that was lost while nobody used it", () => {
  const { pins, released } = remembering();
  const { server, returned } = new FakeServer();
  const [lost, other] = [1, 2].map((id) => {
    pins.connections.reserve(server);
    return pins.connections.pin(fakeConnection({ id }), server, 7 as ClientId, "cursor");
  }) as [ConnectionPin, ConnectionPin];
  const stays = cursorPin({ id: 3n, connection: other.hold() });
  for (const id of [1n, 2n]) pins.addCursor(cursorPin({ id, connection: lost.hold() }));
  pins.addCursor(stays);
  pins.addTransaction(transactionPin({ connection: lost.hold() }));
  for (const pin of [lost, other]) pin.checkIn();
  lost.connection.close();
  pins.sweep(1);
  assertEquals([pins.cursors.size, pins.transactions.size, pins.connections.list()], [1, 0, [other]]);
  assertEquals([returned, released], [[lost.connection], []]);
});
