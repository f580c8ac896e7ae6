import { assertEquals, assertThrows } from "@std/assert";
import { MAX_WRITES, WriteLedger } from "../../../bench/soak/write_ledger.ts";

Deno.test("WriteLedger finds nothing wrong where all acknowledged writes are there once", () => {
  const ledger = new WriteLedger();
  for (const write of [0, 1, MAX_WRITES - 1]) {
    ledger.doubt(7, write);
    ledger.acknowledge(7, write);
    ledger.find(7, write);
  }
  assertEquals(ledger.verdict(), { acknowledged: 3, missing: 0, twice: 0, unexpected: 0 });
});

Deno.test("WriteLedger counts what is missing and what is there twice", () => {
  const ledger = new WriteLedger();
  ledger.acknowledge(0, 0);
  ledger.acknowledge(0, 31);
  ledger.acknowledge(5, 0);
  ledger.find(5, 0);
  ledger.find(5, 0);
  assertEquals(ledger.verdict(), { acknowledged: 3, missing: 2, twice: 1, unexpected: 0 });
});

Deno.test("WriteLedger lets doubtful writes be there or not, and others not at all", () => {
  const ledger = new WriteLedger();
  ledger.doubt(1, 0);
  ledger.doubt(1, 1);
  ledger.find(1, 0);
  assertEquals(ledger.verdict(), { acknowledged: 0, missing: 0, twice: 0, unexpected: 0 });
  ledger.find(1, 2);
  ledger.find(9, 31);
  assertEquals(ledger.verdict().unexpected, 2);
});

Deno.test("WriteLedger refuses writes that it cannot tell apart", () => {
  assertThrows(() => new WriteLedger().acknowledge(0, MAX_WRITES), RangeError);
});
