import { assertEquals, assertMatch } from "@std/assert";
import { type Document, Int32, serialize } from "bson";
import { encodeOpMsg, encodeOpReply } from "../../../../codec/mod.ts";
import { compareOutcomes } from "./compare_outcomes.ts";
import type { Difference } from "./differences.ts";
import type { Outcome } from "./play.ts";

const N_IS_FREE: Difference = { paths: ["documents.*.n"], what: "value", reason: "a test" };

Deno.test("compareOutcomes() finds equal replies alike, whatever their numbers and cursors", () => {
  const left = reply({ requestId: 7, cursorId: 5n }, { a: 1 });
  const right = reply({ requestId: 8, cursorId: 6n }, { a: 1 });
  assertEquals(compareOutcomes(left, right, []), []);
});

Deno.test("compareOutcomes() tells every field of an OP_REPLY that differs", () => {
  const plain = reply({}, { a: 1 });
  const others = [
    reply({ responseFlags: 2 }, { a: 1 }),
    reply({ cursorId: 1n }, { a: 1 }),
    reply({ startingFrom: 1 }, { a: 1 }),
    reply({ responseTo: 2 }, { a: 1 }),
    reply({}, { a: 2 }),
    reply({}, { a: "1" }),
    reply({}, { a: 1, b: 1 }),
    reply({}, { a: { b: 1 } }),
    reply({}, {}),
    reply({}, { a: 1 }, { a: 1 }),
    { ...plain, end: "closed", replies: [] } as const,
    { ...plain, replies: [...plain.replies, ...plain.replies] },
    { ...plain, replies: [encodeOpMsg({ requestId: 1, responseTo: 1, body: serialize({ a: 1 }) })] },
  ];
  for (const other of others) assertEquals(compareOutcomes(plain, other, []).length, 1);
});

Deno.test("compareOutcomes() tells another order of equal fields", () => {
  const [fault = ""] = compareOutcomes(reply({}, { a: 1, b: 1 }), reply({}, { b: 1, a: 1 }), []);
  assertMatch(fault, /another order/);
});

Deno.test("compareOutcomes() lets pass a value that may differ, but neither its type nor its absence", () => {
  const plain = reply({}, { n: 1, ok: 1 });
  assertEquals(compareOutcomes(plain, reply({}, { n: 2, ok: 1 }), [N_IS_FREE]), []);
  assertEquals(compareOutcomes(plain, reply({}, { n: "2", ok: 1 }), [N_IS_FREE]).length, 1);
  assertEquals(compareOutcomes(plain, reply({}, { ok: 1 }), [N_IS_FREE]).length, 1);
  assertEquals(compareOutcomes(plain, reply({}, { n: 2, ok: 2 }), [N_IS_FREE]).length, 1);
  assertEquals(compareOutcomes(plain, reply({}, { ok: 1 }), [{ ...N_IS_FREE, what: "field" }]), []);
});

Deno.test("compareOutcomes() lets pass what is in a document that may differ", () => {
  const left = reply({}, { n: { a: 1 } });
  assertEquals(compareOutcomes(left, reply({}, { n: { b: [2] } }), [N_IS_FREE]), []);
  assertEquals(compareOutcomes(left, reply({}, { n: [2] }), [N_IS_FREE]).length, 1);
});

Deno.test("compareOutcomes() lets pass words that may differ, and no others", () => {
  const words: Difference = { paths: ["documents.0.err"], what: "words", words: /^because of /g, reason: "a test" };
  const left = reply({}, { err: "because of that" });
  assertEquals(compareOutcomes(left, reply({}, { err: "that" }), [words]), []);
  assertEquals(compareOutcomes(left, reply({}, { err: "this" }), [words]).length, 1);
});

Deno.test("compareOutcomes() lets pass another order of what may have one, and nothing else", () => {
  const order: Difference = { paths: ["documents.0.list"], what: "order", reason: "a test" };
  const left = reply({}, { list: { a: "1", b: "2" }, c: 1, d: 1 });
  assertEquals(compareOutcomes(left, reply({}, { list: { b: "2", a: "1" }, c: 1, d: 1 }), [order]), []);
  assertEquals(compareOutcomes(left, reply({}, { list: { b: "2", a: "3" }, c: 1, d: 1 }), [order]).length, 1);
  assertEquals(compareOutcomes(left, reply({}, { list: { a: "1", b: "2" }, d: 1, c: 1 }), [order]).length, 1);
});

Deno.test("compareOutcomes() finds no silence alike", () => {
  const silent: Outcome = { ...reply({}), replies: [], end: "silent" };
  assertEquals(compareOutcomes(silent, silent, []).length, 1);
  const closed: Outcome = { ...silent, end: "closed" };
  assertEquals(compareOutcomes(closed, closed, []), []);
});

Deno.test("compareOutcomes() heeds a difference in the steps that it is for", () => {
  const [left, right] = [reply({}, { n: 1 }), reply({}, { n: 2 })];
  assertEquals(compareOutcomes(left, right, [{ ...N_IS_FREE, steps: /sequence \/ 1\./ }]), []);
  assertEquals(compareOutcomes(left, right, [{ ...N_IS_FREE, steps: /sequence \/ 2\./ }]).length, 1);
});

Deno.test("compareOutcomes() compares what each of a stream of replies answers", () => {
  const first = encodeOpReply({ requestId: 20, responseTo: 1, cursorId: 9n, documents: [] });
  const next = (responseTo: number) => encodeOpReply({ requestId: 21, responseTo, documents: [] });
  const stream = (responseTo: number): Outcome => ({ ...reply({}), replies: [first, next(responseTo)] });
  assertEquals(compareOutcomes(stream(20), stream(20), []), []);
  assertEquals(compareOutcomes(stream(20), stream(1), []).length, 1);
});

type Header = Partial<Omit<Parameters<typeof encodeOpReply>[0], "documents">>;

function reply(header: Header, ...documents: Document[]): Outcome {
  const bytes = documents.map((document) => serialize(withInt32(document)));
  const message = encodeOpReply({ requestId: 3, responseTo: 1, ...header, documents: bytes });
  return { step: "sequence / 1. step", requestId: 1, replies: [message], end: "replied" };
}

function withInt32(document: Document): Document {
  return Object.fromEntries(
    Object.entries(document).map(([key, value]) => [key, typeof value === "number" ? new Int32(value) : value]),
  );
}
