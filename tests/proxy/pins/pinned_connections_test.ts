import { assert, assertEquals } from "@std/assert";
import type { ClientId, GatewayEvent } from "../../../proxy/event.ts";
import { PinnedConnections } from "../../../proxy/pins/pinned_connections.ts";
import { fakeConnection } from "../../driver/pool/fake_stream.ts";
import { FakeServer } from "../support/fake_server.ts";

Deno.test("PinnedConnections has a budget for each server", () => {
  const pins = new PinnedConnections(2, () => {});
  const [first, second] = [new FakeServer("a:1").server, new FakeServer("b:1").server];
  assertEquals([pins.reserve(first), pins.reserve(first), pins.reserve(first)], [true, true, false]);
  assert(pins.reserve(second));
  pins.free(first);
  assertEquals([pins.reserve(first), pins.reserve(first)], [true, false]);
});

Deno.test("PinnedConnections has no places where its limit is 0", () => {
  assertEquals(new PinnedConnections(0, () => {}).reserve(new FakeServer().server), false);
});

Deno.test("PinnedConnections takes the place back when a pin is released, and tells of both", () => {
  const events: GatewayEvent[] = [];
  const pins = new PinnedConnections(1, (event) => events.push(event));
  const { server } = new FakeServer();
  assert(pins.reserve(server));
  const pin = pins.pin(fakeConnection({ id: 9 }), server, 4 as ClientId, "transaction").hold();
  assertEquals(pins.list(), [pin]);
  assertEquals(pins.reserve(server), false);
  pin.letGo();
  pin.checkIn();
  assertEquals(pins.list(), []);
  assert(pins.reserve(server));
  const told = { clientId: 4 as ClientId, connectionId: 9, server: "a:1", reason: "transaction" as const };
  assertEquals(events, [{ type: "pinned", ...told }, { type: "unpinned", ...told }]);
});
