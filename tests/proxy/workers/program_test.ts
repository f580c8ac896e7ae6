import { assertEquals } from "@std/assert";
import { startGateway } from "../../support/gateway.ts";
import { find } from "../support/commands.ts";
import { RawClient } from "../support/raw_client.ts";
import { Upstream } from "../support/upstream.ts";

function linesOf(event: string, log: readonly string[]): Record<string, unknown>[] {
  return log.map((line) => JSON.parse(line)).filter((line) => line.event === event);
}

Deno.test("main.ts --workers=2 serves clients in threads, and ends with 0 on SIGTERM", async () => {
  await using upstream = new Upstream();
  await using gateway = await startGateway(upstream.uri, { args: ["--workers=2"] });
  const address = { kind: "tcp", host: gateway.host, port: gateway.port } as const;
  const clients = await Promise.all(Array.from({ length: 8 }, () => RawClient.connect(address)));
  for (const client of clients) assertEquals((await client.command(find)).ok, 1);
  assertEquals(await gateway.stop(), 0);
  await Promise.all(clients.map(({ closed }) => closed));
  assertEquals(JSON.parse(gateway.log[0]!).event, "starting");
  assertEquals(linesOf("workers", gateway.log).map(({ workers }) => workers), [2]);
  for (const event of ["listening", "started", "draining", "drained", "serverOpening"]) {
    assertEquals([event, linesOf(event, gateway.log).length], [event, 1]);
  }
});

Deno.test("main.ts says that a pool is too small for the workers that are wanted", async () => {
  await using upstream = new Upstream();
  await using gateway = await startGateway(`${upstream.uri}?maxPoolSize=1`, { args: ["--workers=4"] });
  assertEquals(await gateway.stop(), 0);
  assertEquals(linesOf("fewerWorkers", gateway.log).map(({ level, workers }) => [level, workers]), [["warn", 1]]);
});
