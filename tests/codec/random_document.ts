import {
  Binary,
  BSONRegExp,
  BSONSymbol,
  Code,
  type Document,
  Double,
  Int32,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
} from "bson";

type Random = (below: number) => number;

const TEXTS = ["", "a", "name", "$db", "cursor", "été", "☃ snow", "x".repeat(100), "with\0nul"];
const KEYS = ["a", "id", "name", "cursor", "$db", "été", "long".repeat(20), "0", "ok"];

/** A document of random keys and values, each value with a type that encodes to one BSON type only. */
export function randomDocument(random: Random, depth = 3): Document {
  const document: Document = {};
  for (let i = random(8); i > 0; i--) document[pick(random, KEYS)] = randomValue(random, depth);
  return document;
}

function randomValue(random: Random, depth: number): unknown {
  switch (random(depth > 0 ? 17 : 14)) {
    case 0:
      return new Int32(random(2 ** 32) - 2 ** 31);
    case 1:
      return new Long(random(2 ** 32) | 0, random(2 ** 32) | 0);
    case 2:
      return new Double((random(2 ** 32) - 2 ** 31) / 7);
    case 3:
      return random(2) === 1;
    case 4:
      return pick(random, TEXTS);
    case 5:
      return new ObjectId(randomBytes(random, 12));
    case 6:
      return new Binary(randomBytes(random, random(20)), pick(random, [0, 2, 4, 128]));
    case 7:
      return new Date(random(2 ** 32) * 1000 - 2 ** 40);
    case 8:
      return new BSONRegExp("^a.*b$", "im");
    case 9:
      return new Timestamp({ t: random(2 ** 32), i: random(2 ** 32) });
    case 10:
      return null;
    case 11:
      return pick(random, [new MinKey(), new MaxKey()]);
    case 12:
      return new BSONSymbol(pick(random, TEXTS));
    case 13:
      return new Code("return 1");
    case 14:
      return new Code("return x", randomDocument(random, depth - 1));
    case 15:
      return Array.from({ length: random(5) }, () => randomValue(random, depth - 1));
    default:
      return randomDocument(random, depth - 1);
  }
}

function pick<T>(random: Random, choices: readonly T[]): T {
  return choices[random(choices.length)]!;
}

function randomBytes(random: Random, length: number): Uint8Array {
  return Uint8Array.from({ length }, () => random(256));
}
