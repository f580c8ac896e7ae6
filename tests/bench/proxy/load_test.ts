import { assertEquals, assertGreater } from "@std/assert";
import { deserialize } from "bson";
import { lengthOf, nullReply, requestOf, responseToOf } from "../../../bench/proxy/load/messages.ts";
import { quantile } from "../../../bench/proxy/load/measurement.ts";
import { restMS } from "../../../bench/proxy/load/rhythm.ts";
import { contextSwitches, everyNth } from "../../../bench/proxy/server_usage.ts";
import { cpuSeconds, processUsage, residentBytes } from "../../../bench/proxy/load/process_usage.ts";

const OP_REPLY = 1;
const OP_MSG = 2013;

function opCodeOf(message: Uint8Array): number {
  return new DataView(message.buffer).getInt32(12, true);
}

Deno.test("nullReply answers a command with ok in the same opcode", () => {
  const request = requestOf("find");
  new DataView(request.buffer).setInt32(4, 7, true);
  const reply = nullReply(request);
  assertEquals(responseToOf(reply), 7);
  assertEquals(opCodeOf(reply), OP_MSG);
  assertEquals(deserialize(reply.subarray(21)), { ok: 1 });
  assertEquals(lengthOf(reply), reply.length);
});

Deno.test("nullReply answers isMaster like a mongos", () => {
  const reply = nullReply(requestOf("connect"));
  assertEquals(opCodeOf(reply), OP_REPLY);
  assertEquals(lengthOf(reply), reply.length);
  assertGreater(reply.length, nullReply(requestOf("ping")).length);
});

Deno.test("quantile picks from sorted values", () => {
  const sorted = Float64Array.from({ length: 101 }, (_, index) => index);
  assertEquals(quantile(sorted, 0.5), 50);
  assertEquals(quantile(sorted, 0.99), 99);
  assertEquals(quantile(new Float64Array(), 0.5), 0);
});

Deno.test("cpuSeconds reads user and system time behind a name with spaces", () => {
  assertEquals(cpuSeconds("42 (a (odd) name) S 1 1 1 0 -1 4194304 10 0 0 0 150 50 0 0 20 0 8 0 1 1 1"), 2);
});

Deno.test("residentBytes reads the resident size", () => {
  assertEquals(residentBytes("VmPeak:\t  900 kB\nVmRSS:\t   512 kB\n"), 524_288);
});

Deno.test({
  name: "processUsage sees this process",
  ignore: Deno.build.os !== "linux",
  fn: async () => {
    const usage = await processUsage(Deno.pid);
    assertGreater(usage.residentBytes, 1_000_000);
  },
});

Deno.test("contextSwitches adds up those of both kinds", () => {
  assertEquals(contextSwitches("Threads:\t9\nvoluntary_ctxt_switches:\t12\nnonvoluntary_ctxt_switches:\t3\n"), 15);
  assertEquals(contextSwitches(""), 0);
});

Deno.test("restMS ends at moments that all clients share, or after a random time", () => {
  assertEquals(restMS({ kind: "bursts", periodMS: 20 }, 1007, 0.5), 13);
  assertEquals(restMS({ kind: "bursts", periodMS: 20 }, 1020, 0.5), 20);
  assertEquals(restMS({ kind: "think", meanMS: 10 }, 1007, 0.75), 15);
  assertEquals(restMS({ kind: "steady" }, 1007, 0.75), 0);
});

Deno.test("requestOf gives whole messages, also large ones", () => {
  for (const mode of ["slow", "readLarge", "insertLarge"] as const) {
    const request = requestOf(mode);
    assertEquals(lengthOf(request), request.length);
  }
  assertGreater(requestOf("insertLarge").length, 16_700_000);
});

Deno.test("everyNth chooses evenly, and all where they are few", () => {
  assertEquals(everyNth([0, 1, 2, 3, 4, 5, 6, 7], 4), [0, 2, 4, 6]);
  assertEquals(everyNth([0, 1, 2], 2), [0, 1]);
  assertEquals(everyNth([0, 1], 4), [0, 1]);
});
