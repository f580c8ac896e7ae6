import { assertEquals } from "@std/assert";
import { ObjectId } from "bson";
import { formatHostAddress, type HostAddress } from "../../../driver/address.ts";
import { connect } from "../../../driver/connect.ts";
import type { DriverEvent } from "../../../driver/event.ts";
import { ConnectionPool } from "../../../driver/pool/connection_pool.ts";
import { Topology } from "../../../driver/sdam/topology.ts";
import { PRIMARY } from "../../../driver/selection/read_preference.ts";
import { type FakeRequest, FakeServer } from "../../support/fake_server.ts";
import { EventLog } from "./event_log.ts";

Deno.test("Topology loses a server that dies, clears its pool, and finds it again", async () => {
  const server = FakeServer.start(beStandalone);
  const address = formatHostAddress(server.address);
  const events = new EventLog<DriverEvent>();
  await using topology = open(server.address, events);
  const selected = await topology.selectServer({ readPreference: PRIMARY });
  const connection = await selected.pool.checkOutAsync();
  selected.pool.checkIn(connection);
  await server.stop();
  await events.next("serverDescriptionChanged", ({ newDescription }) => newDescription.type === "Unknown");
  await events.next("connectionPoolCleared");
  assertEquals(connection.isClosed, true);
  assertEquals(topology.trySelect({ readPreference: PRIMARY }), null);

  const port = server.address.kind === "tcp" ? server.address.port : 0;
  await using _restarted = FakeServer.start(beStandalone, { port });
  const found = await topology.selectServer({ readPreference: PRIMARY });
  assertEquals([found.address, found.pool.state], [address, "ready"]);
});

const PROCESS = new ObjectId();

/** A standalone that streams. */
function beStandalone(request: FakeRequest): void {
  const topologyVersion = { processId: PROCESS, counter: 1n };
  if (!request.exhaustAllowed) request.reply({ isWritablePrimary: true, maxWireVersion: 21, topologyVersion });
}

function open(address: HostAddress, events: EventLog<DriverEvent>): Topology {
  const topology = new Topology({
    seeds: [address],
    createPool: (hostAddress, onConnectionFailed) =>
      new ConnectionPool({
        address: formatHostAddress(hostAddress),
        connect: ({ signal, id, generation }) => connect(hostAddress, { id, generation, clientMetadata: {} }, signal),
        onConnectionFailed,
        onEvent: events.push,
      }),
    createMonitorConnection: (hostAddress, signal) => connect(hostAddress, { clientMetadata: {} }, signal),
    onEvent: events.push,
  });
  topology.open();
  return topology;
}
