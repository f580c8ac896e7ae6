import { assertThrows } from "@std/assert";
import { Binary, Decimal128, Double, Int32, Long, ObjectId } from "bson";
import { match, type MatchContext, MatchError, matchRoots } from "./match.ts";

const ID = new ObjectId("000000000000000000000001");

const CONTEXT: MatchContext = {
  bsonEntity: (name) => {
    if (name !== "saved") throw new Error(`There is no entity ${name}`);
    return { x: 1 };
  },
  sessionLsid: () => ({ id: 7 }),
};

Deno.test("match() takes what fits", () => {
  const fitting: readonly [expected: unknown, actual: unknown][] = [
    [{ x: 1 }, { x: 1, y: 2 }],
    [{ x: 1, y: 2 }, { y: 2, x: 1 }],
    [1, Long.fromNumber(1)],
    [1, new Double(1)],
    [1, 1n],
    [null, null],
    [ID, new ObjectId(ID.toHexString())],
    [[1, { x: 1 }], [new Int32(1), { x: 1 }]],
    [{ x: { $$exists: true } }, { x: null }],
    [{ x: { $$exists: false } }, { y: 1 }],
    [{ x: { $$exists: false } }, { x: undefined }],
    [{ x: { $$type: "string" } }, { x: "" }],
    [{ x: { $$type: ["int", "long"] } }, { x: Long.fromNumber(5) }],
    [{ $$type: "number" }, Decimal128.fromString("1")],
    [{ $$type: "binData" }, new Binary(new Uint8Array(1))],
    [{ x: { $$unsetOrMatches: 1 } }, {}],
    [{ x: { $$unsetOrMatches: { y: 1 } } }, { x: { y: 1 } }],
    [{ $$unsetOrMatches: { x: 1 } }, { x: 1, y: 2 }],
    [{ x: { $$matchesEntity: "saved" } }, { x: { x: 1 } }],
    [{ $$matchesHexBytes: "12AB" }, new Uint8Array([0x12, 0xab])],
    [{ lsid: { $$sessionLsid: "session0" } }, { lsid: { id: 7 } }],
    [{ x: { $$lte: 5 } }, { x: new Double(4.5) }],
    [{ x: { $$matchAsDocument: { y: 1 } } }, { x: '{ "y": 1 }' }],
    [{ x: { $$matchAsRoot: { y: 1 } } }, { x: { y: 1, z: 2 } }],
    [{ 0: 1 }, new Map([[0, 1]])],
  ];
  for (const [expected, actual] of fitting) match(expected, actual, CONTEXT);
});

Deno.test("match() refuses what does not fit", () => {
  const unfit: readonly [expected: unknown, actual: unknown][] = [
    [{ x: 1 }, {}],
    [{ x: 1 }, { x: "1" }],
    [{ x: { y: 1 } }, { x: { y: 1, z: 2 } }],
    [1, 1.5],
    [1, Decimal128.fromString("1")],
    [null, undefined],
    [{ x: 1 }, [1]],
    [[1, 2], [1, 2, 3]],
    [[{ x: 1 }], [{ x: 1, y: 1 }]],
    [{ x: { $$exists: true } }, {}],
    [{ x: { $$exists: false } }, { x: null }],
    [{ $$type: "int" }, "1"],
    [{ $$type: "int" }, 2 ** 40],
    [{ $$type: "string" }, undefined],
    [{ x: { $$unsetOrMatches: 1 } }, { x: null }],
    [{ x: { $$matchesEntity: "saved" } }, { x: { x: 2 } }],
    [{ $$matchesHexBytes: "12" }, new Uint8Array([0x13])],
    [{ lsid: { $$sessionLsid: "session0" } }, { lsid: { id: 8 } }],
    [{ x: { $$lte: 5 } }, { x: 6 }],
    [{ x: { $$lte: 5 } }, { x: "5" }],
    [{ x: { $$matchAsDocument: { y: 1 } } }, { x: '{ "y": 1, "z": 2 }' }],
    [{ x: { $$matchAsDocument: {} } }, { x: "[]" }],
    [{ x: { $$matchAsRoot: {} } }, { x: 1 }],
  ];
  for (const [expected, actual] of unfit) assertThrows(() => match(expected, actual, CONTEXT), MatchError);
});

Deno.test("match() throws for an operator that there is not, and for an entity that there is not", () => {
  assertThrows(() => match({ x: { $$near: 1 } }, { x: 1 }, CONTEXT), Error, "Unknown operator $$near");
  assertThrows(() => match({ x: { $$matchesEntity: "other" } }, { x: 1 }, CONTEXT), Error, "no entity other");
});

Deno.test("match() says where the mismatch is", () => {
  assertThrows(() => match({ a: [{ b: 1 }] }, { a: [{ b: 2 }] }, CONTEXT), MatchError, "at a[0].b: expected 1, got 2");
});

Deno.test("matchRoots() lets each document have more fields, and wants as many documents", () => {
  matchRoots([{ x: 1 }, { x: 2 }], [{ x: 1, y: 1 }, { x: 2 }], CONTEXT);
  assertThrows(() => matchRoots([{ x: 1 }], [{ x: 1 }, { x: 2 }], CONTEXT), MatchError);
});
