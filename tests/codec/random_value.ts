import { DBRef, Decimal128, type Document, Long, ObjectId, UUID } from "bson";
import { randomDocument } from "./random_document.ts";

type Random = (below: number) => number;

const KEYS = [
  "a",
  "b",
  "name",
  "_id",
  "0",
  "17",
  "",
  "été",
  "$ref",
  "$id",
  "$db",
  "$set",
  "a.b",
  "__proto__",
  "toString",
];
const TEXTS = [
  "",
  "a",
  "ascii".repeat(30),
  "été",
  "日本語".repeat(9),
  "😀",
  "\ud800",
  "\ufeffbom",
  "nul\0nul",
  "\ufffd",
];
const NUMBERS = [
  0,
  -0,
  1,
  -1,
  2 ** 31 - 1,
  2 ** 31,
  -(2 ** 31),
  -(2 ** 31) - 1,
  2 ** 53,
  1.5,
  NaN,
  Infinity,
  5e-324,
  2 ** 64,
];

/** A document of what applications put into documents, with values that cannot be encoded among them. */
export function randomInput(random: Random, depth = 3): Document {
  const document: Document = {};
  for (let i = random(8); i > 0; i--) {
    const value = randomInputValue(random, depth);
    Object.defineProperty(document, pick(random, KEYS), {
      value,
      writable: true,
      enumerable: true,
      configurable: true,
    });
  }
  return document;
}

function randomInputValue(random: Random, depth: number): unknown {
  switch (random(depth > 0 ? 23 : 17)) {
    case 0:
    case 1:
    case 2:
      return pick(random, TEXTS);
    case 3:
    case 4:
      return pick(random, NUMBERS);
    case 5:
      return random(2) === 1;
    case 6:
      return BigInt(random(2 ** 32)) ** 3n - 2n ** 95n;
    case 7:
      return pick(random, [undefined, null, Symbol.iterator]);
    case 8:
      return () => 1;
    case 9:
      return new Date(pick(random, [0, -1, 1e12, -1e12, 8.64e15, -8.64e15, NaN]));
    case 10:
      return new RegExp(pick(random, ["", "^a", "é", "\0"]), pick(random, ["", "gim", "s"]));
    case 11:
      return new Uint8Array(random(40)).fill(7);
    case 12:
      return new ObjectId(new Uint8Array(12).fill(random(256)));
    case 13:
      return new UUID(new Uint8Array(16).fill(random(256)));
    case 14:
      return Decimal128.fromString(pick(random, ["0", "-1.5E+10", "NaN", "Infinity"]));
    case 15:
      return new DBRef(pick(random, ["c", "d.c"]), new ObjectId(), pick(random, ["db", undefined]), { extra: 1 });
    case 16:
      return Long.fromNumber(pick(random, NUMBERS));
    case 17:
      return Array.from({ length: random(13) }, () => randomInputValue(random, depth - 1));
    case 18:
      return new Map(Object.entries(randomInput(random, depth - 1)));
    case 19:
      return converting(randomInputValue(random, depth - 1));
    case 20:
      return randomDocument(random, depth - 1);
    default:
      return randomInput(random, depth - 1);
  }
}

function converting(value: unknown): unknown {
  return { toBSON: () => value };
}

function pick<T>(random: Random, choices: readonly T[]): T {
  return choices[random(choices.length)]!;
}
