import { assertEquals } from "@std/assert";
import type { ClientId } from "../../../proxy/event.ts";
import { Guests } from "../../../proxy/team/guests.ts";
import type { RemoteOutcome } from "../../../proxy/team/remote_client.ts";

const command = { gateway: 0, clientId: 1 as ClientId, isLoadBalanced: false, bytes: new Uint8Array(1) };

/** Guests of a member that has everything; `runs` are the commands that it runs, `told` says what was posted. */
function fixture() {
  const told: string[] = [];
  const runs: { readonly end: (outcome: RemoteOutcome) => void; isAbandoned: boolean }[] = [];
  const guests = new Guests((index, message) => void told.push(`${message.kind} to ${index}`));
  const member = {
    serve(_: unknown, end: (outcome: RemoteOutcome) => void) {
      const run = { end, isAbandoned: false };
      runs.push(run);
      return { abandon: () => void (run.isAbandoned = true), cut() {} };
    },
    hasGroup: () => false,
  };
  return { told, runs, guests, serve: (worker: number, id: number) => guests.serve(worker, id, command, member) };
}

Deno.test("Guests tell the worker that asked what came of its command", () => {
  const { told, runs, guests, serve } = fixture();
  serve(1, 1);
  serve(2, 1);
  runs[1]!.end("unknown");
  runs[0]!.end({ reply: null });
  guests.serve(1, 2, command, undefined);
  assertEquals(told, ["failed to 2", "finished to 1", "declined to 1"]);
});

Deno.test("Guests tell a worker nothing of what its predecessor asked for", () => {
  const { told, runs, guests, serve } = fixture();
  serve(1, 1);
  guests.onPeerLost(1);
  serve(1, 1);
  runs[0]!.end({ reply: new Uint8Array(1) });
  assertEquals([told, runs.map(({ isAbandoned }) => isAbandoned)], [[], [true, false]]);
  runs[1]!.end({ reply: null });
  assertEquals(told, ["finished to 1"]);
});
