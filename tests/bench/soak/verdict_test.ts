import { assertEquals, assertStringIncludes } from "@std/assert";
import type { Snapshot } from "../../../bench/soak/snapshot.ts";
import { formatFindings, judge, type Outcome } from "../../../bench/soak/verdict.ts";

const BEFORE: Snapshot = {
  time: 0,
  gateway: { residentBytes: 1, descriptors: 20, cpuMS: 0 },
  clientConnections: 0,
  server: { connections: 4, cursors: 0, transactions: 0 },
};
const AFTER: Snapshot = {
  ...BEFORE,
  time: 60_000,
  gateway: { residentBytes: 1, descriptors: 30, cpuMS: 9000 },
  server: { connections: 14, cursors: 0, transactions: 0 },
};

const GOOD: Outcome = {
  connectionsWithoutGateway: 2,
  before: BEFORE,
  after: AFTER,
  rested: { ...AFTER, time: 65_000 },
  connectionsAfterGateway: 2,
  exitCode: 0,
  clients: { clients: 0, came: 9, operations: 99, errors: {}, wrong: {} },
  writes: { acknowledged: 5, missing: 0, twice: 0, unexpected: 0 },
  memory: { earlyBytes: 100, lateBytes: 110, bytesPerMinute: 1, minutes: 30 },
  maxPoolSize: 32,
};

function faults(outcome: Partial<Outcome>): string[] {
  return judge({ ...GOOD, ...outcome }).filter(({ isGood }) => !isGood).map(({ what }) => what);
}

Deno.test("judge() finds a gateway good that keeps nothing but its pool", () => {
  assertEquals(faults({}), []);
});

Deno.test("judge() finds what was left behind", () => {
  const left = { ...AFTER, clientConnections: 1, server: { connections: 14, cursors: 1, transactions: 2 } };
  assertEquals(faults({ after: left, connectionsAfterGateway: 3, exitCode: 1 }), [
    "Clients' connections at the gateway",
    "Cursors at the server",
    "Transactions at the server",
    "Exit code of the gateway",
    "Connections to the server after the gateway's end",
  ]);
});

Deno.test("judge() finds descriptors that belong to no connection to the server", () => {
  const after = { ...AFTER, gateway: { ...AFTER.gateway, descriptors: 31 } };
  assertEquals(faults({ after }), ["Descriptors, more than before"]);
});

Deno.test("judge() finds more connections to the server than the pool may have", () => {
  assertEquals(faults({ maxPoolSize: 9 }), ["Connections to the server, more than before"]);
});

Deno.test("judge() finds wrong replies, errors and writes gone wrong", () => {
  assertEquals(
    faults({
      clients: { ...GOOD.clients, errors: { a: 1 }, wrong: { b: 2 } },
      writes: { acknowledged: 5, missing: 1, twice: 1, unexpected: 1 },
    }),
    [
      "Wrong replies",
      "Errors",
      "Acknowledged writes that are missing",
      "Writes that are there twice",
      "Writes that are there although they were given up",
    ],
  );
});

Deno.test("judge() finds growing memory, save in runs too short to tell, and a gateway that does not rest", () => {
  const memory = { ...GOOD.memory, lateBytes: 126 };
  assertEquals(faults({ memory }), ["Resident memory under load: early, late, a minute more"]);
  assertEquals(faults({ memory: { ...memory, minutes: 1 } }), []);
  const rested = { ...AFTER, time: 65_000, gateway: { ...AFTER.gateway, cpuMS: 9500 } };
  assertEquals(faults({ rested }), ["Share of a processor without clients"]);
});

Deno.test("formatFindings() makes a table that shows what is wrong", () => {
  const table = formatFindings(judge({ ...GOOD, exitCode: 3 }));
  assertStringIncludes(table, "| Exit code of the gateway | 3 | 0 | **no** |");
  assertStringIncludes(table, "| Errors | none | none | yes |");
});
