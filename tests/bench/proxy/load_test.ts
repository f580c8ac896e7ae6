import { assertEquals, assertGreater } from "@std/assert";
import { deserialize } from "bson";
import { lengthOf, nullReply, requestOf, responseToOf } from "../../../bench/proxy/load/messages.ts";
import { quantile } from "../../../bench/proxy/load/measurement.ts";
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
