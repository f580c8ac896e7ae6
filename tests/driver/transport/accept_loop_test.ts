import { assertEquals } from "@std/assert";
import { AcceptLoop } from "../../../driver/transport/accept_loop.ts";

Deno.test("AcceptLoop closes a connection that arrives after it was stopped", async () => {
  const arriving = Promise.withResolvers<Deno.Conn>();
  const told: string[] = [];
  const loop = new AcceptLoop(
    { accept: () => arriving.promise, close: () => told.push("listener closed") } as never,
    () => told.push("accepted"),
    () => told.push("failed"),
  );
  loop.stop();
  arriving.resolve({ close: () => told.push("connection closed") } as never);
  await arriving.promise;
  assertEquals(told, ["listener closed", "connection closed"]);
});
