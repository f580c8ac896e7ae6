import { assertEquals } from "@std/assert";
import {
  Binary,
  BSONRegExp,
  BSONSymbol,
  Code,
  Decimal128,
  type Document,
  Double,
  Int32,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  serialize,
  Timestamp,
  UUID,
} from "bson";
import { decodeFaithfully } from "../../../proxy/exchange/decode_faithfully.ts";

const DOCUMENTS: Readonly<Record<string, Document>> = {
  "numbers": { a: new Int32(1), b: new Double(1), c: Long.ONE, d: Decimal128.fromString("1.20"), e: new Double(-0) },
  "other types": {
    a: new Timestamp({ t: 1, i: 2 }),
    b: new ObjectId(),
    c: new Binary(Uint8Array.of(1), 5),
    d: new UUID(),
    e: new BSONRegExp("a", "iux"),
    f: new Code("x", { y: new Double(1) }),
    g: [new MinKey(), new MaxKey(), null, true],
    h: new Date(5),
    i: new BSONSymbol("s"),
  },
  "keys that are numbers": { index: new Map([["2", 1], ["1", -1]]), lists: [[new Map([["9", {}], ["8", []]])]] },
  "keys like those of types": { filter: new Map<string, unknown>([["_bsontype", "Long"], ["id", 1]]) },
  "keys like those of objects": { filter: JSON.parse('{"__proto__": {"toJSON": 1}, "constructor": 2}') },
  "references": { at: { $ref: "films", $id: new Int32(5), $db: "shop", year: new Int32(1994) } },
};

for (const [what, document] of Object.entries(DOCUMENTS)) {
  Deno.test(`decodeFaithfully() gives what is encoded as it was: ${what}`, () => {
    const bytes = serialize(document);
    assertEquals(serialize(decodeFaithfully(bytes)), bytes);
  });
}

Deno.test("decodeFaithfully() takes texts that are no UTF-8", () => {
  const bytes = serialize({ text: "ada" });
  bytes[bytes.indexOf("a".charCodeAt(0), 14)] = 0xff;
  assertEquals(decodeFaithfully(bytes), { text: "\ufffdda" });
});
