import { assertEquals } from "@std/assert";
import type { ClientId } from "../../../proxy/event.ts";
import { Forwardings } from "../../../proxy/team/forwarding.ts";

const command = { gateway: 0, clientId: 1 as ClientId, isLoadBalanced: false, bytes: new Uint8Array(1) };

/** Forwardings to workers, of which some are not there; `told` says what was sent and what came of it. */
function fixture(missing: readonly number[] = []) {
  const told: string[] = [];
  const forwardings = new Forwardings((index, message) => {
    if (missing.includes(index)) return false;
    told.push(`${message.kind} to ${index}`);
    return true;
  });
  const receiver = {
    onReply: (reply: Uint8Array | null) => void told.push(`reply ${reply?.length ?? "none"}`),
    onDeclined: () => void told.push("declined"),
    onLost: () => void told.push("lost"),
  };
  return { told, forwardings, start: (workers: number[]) => forwardings.start(command, workers, receiver) };
}

Deno.test("Forwardings ask one worker after the other until one has run it", () => {
  const { told, forwardings, start } = fixture([2]);
  start([1, 2, 3]);
  forwardings.onDeclined(1);
  forwardings.onFinished(1, new Uint8Array(3));
  forwardings.onFinished(1, null);
  assertEquals(told, ["forward to 1", "forward to 3", "reply 3"]);
});

Deno.test("Forwardings say when no worker has it", () => {
  const { told, forwardings, start } = fixture([2]);
  start([1]);
  forwardings.onDeclined(1);
  start([2]);
  start([]);
  assertEquals(told, ["forward to 1", "declined", "declined", "declined"]);
});

Deno.test("Forwardings lose what a worker that ends has, and nothing else", () => {
  const { told, forwardings, start } = fixture();
  start([1]);
  start([2]);
  forwardings.onPeerLost(1);
  forwardings.onFinished(2, null);
  assertEquals(told, ["forward to 1", "forward to 2", "lost", "reply none"]);
});

Deno.test("Forwarding tells the worker that has it what becomes of the client", () => {
  const { told, forwardings, start } = fixture();
  const forwarding = start([1, 2]);
  forwarding.abandon();
  forwardings.onDeclined(1);
  forwarding.cut();
  assertEquals(told, ["forward to 1", "abandon to 1", "forward to 2", "cut to 2"]);
});
