import { assertEquals } from "@std/assert";
import { startGateway } from "../../support/gateway.ts";
import { liveTest } from "../../support/live_test.ts";
import { startReplicaSet } from "../../support/mongod.ts";
import { until } from "../../support/mongod/wait.ts";
import { freePorts } from "../../proxy/mirror/free_ports.ts";
import { MemberClient } from "./member_client.ts";

/** Drivers say goodbye to their server, and look for it when it is gone. */
const SOON = "serverSelectionTimeoutMS=1000";

liveTest("torana --mirror serves a set beside a gateway, and ends at a signal", async () => {
  await using set = await startReplicaSet();
  const ports = freePorts(3);
  const args = [
    `--mirror=${set.uri}`,
    `--ports=${ports.join(",")}`,
    "--listen-host=127.0.0.1",
    "--ping",
    "--workers=1",
  ];
  await using gateway = await startGateway(set.uri, { args });
  await until("every member is told of", () => {
    return Promise.resolve(gateway.log.filter((line) => line.includes('"memberAdded"')).length === 3 || null);
  });
  const told = ports.map((port) => `127.0.0.1:${port}`).sort();
  await using client = await MemberClient.node(`mongodb://${told[0]}/?replicaSet=${set.setName}&${SOON}`);
  await client.ask("secondaries", "2");
  assertEquals(await client.ask("write", "hello"), { _id: "hello" });
  assertEquals(await client.ask("addresses"), told);
  await using beside = await MemberClient.node(`${gateway.uri}?${SOON}`);
  assertEquals(await beside.ask("write", "beside"), { _id: "beside" });
  assertEquals(await gateway.stop(), 0);
});
