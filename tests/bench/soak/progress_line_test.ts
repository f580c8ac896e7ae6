import { assertEquals } from "@std/assert";
import { countKinds, type Moment, progressLine } from "../../../bench/soak/progress_line.ts";

function moment(time: number, operations: number): Moment {
  return {
    clients: { clients: 4000, came: 5000, operations, errors: {}, wrong: {} },
    snapshot: {
      time,
      gateway: { residentBytes: 120_000_000, descriptors: 4100, cpuMS: time / 4 },
      clientConnections: 4000,
      server: { connections: 34, cursors: 5, transactions: 6 },
    },
  };
}

Deno.test("progressLine() tells rates since the line before", () => {
  assertEquals(
    progressLine(1000, moment(11_000, 20_000), moment(21_000, 50_000)),
    "   20 s  4,000 clients, 5,000 came  3,000 operations/s  gateway 120.0 MB, 4,100 descriptors, 25 % CPU  " +
      "server 34 connections, 5 cursors, 6 transactions  errors: none, wrong replies: none",
  );
});

Deno.test("countKinds() names the most frequent first", () => {
  assertEquals(countKinds({ a: 1, b: 3000 }), "3,000 × b; 1 × a");
});
