import { assertEquals, assertStrictEquals } from "@std/assert";
import type { Connection } from "../../../driver/connection.ts";
import { ConnectionPin } from "../../../proxy/pins/connection_pin.ts";
import type { ClientId } from "../../../proxy/event.ts";
import { fakeConnection } from "../../driver/pool/fake_stream.ts";
import { FakeWaiter } from "../../driver/pool/pool_fixture.ts";
import { FakeServer } from "../support/fake_server.ts";

/** A pin with one hold, on whose connection a command runs, and what became of it. */
function pinned(): { pin: ConnectionPin; server: FakeServer; connection: Connection; released: ConnectionPin[] } {
  const server = new FakeServer();
  const connection = fakeConnection({ id: 1 });
  const released: ConnectionPin[] = [];
  const pin = new ConnectionPin(connection, server.server, 1 as ClientId, "cursor", (it) => released.push(it));
  return { pin: pin.hold(), server, connection, released };
}

function checkOut(pin: ConnectionPin): FakeWaiter {
  const waiter = new FakeWaiter();
  pin.checkOut(waiter);
  return waiter;
}

Deno.test("ConnectionPin gives its connection to one after the other", () => {
  const { pin, connection } = pinned();
  const [first, second] = [checkOut(pin), checkOut(pin)];
  assertEquals([first.connection, second.connection], [null, null]);
  pin.checkIn();
  assertStrictEquals(first.connection, connection);
  assertEquals(second.connection, null);
  pin.checkIn();
  assertStrictEquals(second.connection, connection);
});

Deno.test("ConnectionPin forgets a waiter that gave up", () => {
  const { pin, connection } = pinned();
  const [first, second] = [checkOut(pin), checkOut(pin)];
  pin.cancel(first);
  pin.checkIn();
  assertEquals(first.connection, null);
  assertStrictEquals(second.connection, connection);
});

Deno.test("ConnectionPin keeps its connection until the last hold is let go, then gives it to the pool", () => {
  const { pin, server, connection, released } = pinned();
  pin.hold();
  pin.checkIn();
  pin.letGo();
  assertEquals(server.returned, []);
  pin.letGo();
  assertEquals([server.returned, released], [[connection], [pin]]);
});

Deno.test("ConnectionPin waits for the command that runs before it gives its connection back", () => {
  const { pin, server, connection, released } = pinned();
  pin.letGo();
  assertEquals(released, []);
  pin.checkIn();
  assertEquals([server.returned, released], [[connection], [pin]]);
});

Deno.test("ConnectionPin serves who waits before it gives its connection back", () => {
  const { pin, server, connection } = pinned();
  const waiter = checkOut(pin);
  pin.letGo();
  pin.checkIn();
  assertStrictEquals(waiter.connection, connection);
  assertEquals(server.returned, []);
  pin.checkIn();
  assertEquals(server.returned, [connection]);
});

Deno.test("ConnectionPin fails all that wait for a connection that was lost", () => {
  const { pin, connection, server } = pinned();
  const [first, second] = [checkOut(pin), checkOut(pin)];
  connection.close();
  pin.checkIn();
  assertEquals(first.error?.message, "The connection to a:1 that was pinned is lost");
  assertEquals(second.error?.name, "MongoNetworkError");
  assertEquals(server.returned, []);
  assertEquals(checkOut(pin).error?.name, "MongoNetworkError");
});

Deno.test("ConnectionPin is released once, also when a waiter that fails lets go of it", () => {
  const { pin, connection, server, released } = pinned();
  pin.hold();
  pin.checkIn();
  connection.close();
  pin.letGo();
  pin.checkOut({ onConnection() {}, onCheckOutFailed: () => pin.letGo() });
  assertEquals([server.returned.length, released.length], [1, 1]);
});

Deno.test("ConnectionPin fails whoever comes after it was released", () => {
  const { pin } = pinned();
  pin.letGo();
  pin.checkIn();
  const waiter = checkOut(pin);
  assertEquals([waiter.connection, waiter.error?.name], [null, "MongoNetworkError"]);
});
