import { assertEquals } from "@std/assert";
import { brokenPromises, type Outcome } from "../../demo/outcome.ts";
import { paintFor } from "../../demo/paint.ts";
import { demoPlan } from "../../demo/plan.ts";
import { drawSummary } from "../../demo/summary.ts";

const GOOD: Outcome = {
  plan: demoPlan(2),
  mongodVersion: "6.0.5",
  clients: 2_000,
  upstream: 42,
  servers: [
    { name: "127.0.0.1:1", role: "primary", idle: 8, without: 2_107, withGateway: 51, gatewayConnections: 42 },
  ],
  operations: 18_000,
  loadMs: 30_012,
  p50: 8,
  p99: 61,
  electionMs: 416,
  longestMs: 1_400,
  retried: 36,
  restarted: 0,
  errors: [],
  inserted: 1_986,
  audit: { money: 4_000_000, firstMoney: 4_000_000, entries: 1_986 },
};

Deno.test("brokenPromises finds nothing wrong where all is well", () => {
  assertEquals(brokenPromises(GOOD), []);
});

Deno.test("brokenPromises tells each promise that was not kept", () => {
  const bad: Partial<Outcome>[] = [
    { clients: 1_999 },
    { upstream: 51 },
    { errors: ["MongoError: no"] },
    { audit: { ...GOOD.audit, money: 3_999_999 } },
    { audit: { ...GOOD.audit, entries: 1_985 } },
    { audit: { ...GOOD.audit, entries: 1_987 } },
  ];
  assertEquals(bad.map((part) => brokenPromises({ ...GOOD, ...part })), [
    ["1,999 client connections worked, promised were 2,000"],
    ["51 upstream connections to one server, promised were at most 50"],
    ["1 error reached an application"],
    ["The accounts hold 3,999,999, and held 4,000,000"],
    ["1,986 insertions were acknowledged, and 1,985 are there"],
    ["1,986 insertions were acknowledged, and 1,987 are there"],
  ]);
});

Deno.test("brokenPromises lets an insertion that failed be there", () => {
  const outcome = { ...GOOD, errors: ["MongoError: no"], audit: { ...GOOD.audit, entries: 1_987 } };
  assertEquals(brokenPromises(outcome), ["1 error reached an application"]);
});

Deno.test("drawSummary tells the whole story", () => {
  assertEquals(drawSummary(GOOD, paintFor(false)), [
    "",
    "torana: 2,000 client connections on 42 connections a server, 47 to 1",
    "",
    "  serverStatus().connections  idle  without torana  with torana  torana's",
    "  127.0.0.1:1  primary           8           2,107           51        42",
    "",
    "  load        100 applications × 20 (npm:mongodb 7.9.0, mongod 6.0.5)",
    "  operations  18,000 reads, writes, cursors, transactions in 30 s: 600/s",
    "  latency     p50 8.0 ms, p99 61 ms",
    "  step-down   another primary after 416 ms, longest operation 1.4 s",
    "  errors      0 reached an application, 36 retried by drivers",
    "  audit       1,986 of 1,986 acknowledged inserts, balance 4,000,000 of 4,000,000",
    "",
    "  All as promised.",
    "",
  ]);
});

Deno.test("drawSummary shows each kind of error once, and what was not as promised", () => {
  const outcome = { ...GOOD, restarted: 1, errors: ["MongoError: no", "MongoError: no"] };
  assertEquals(drawSummary(outcome, paintFor(false)).slice(10), [
    "  errors      2 reached an application, 36 retried by drivers, 1 interrupted cursor begun again",
    "  audit       1,986 of 1,986 acknowledged inserts, balance 4,000,000 of 4,000,000",
    "    MongoError: no",
    "",
    "  Not as promised: 2 errors reached an application.",
    "",
  ]);
});
