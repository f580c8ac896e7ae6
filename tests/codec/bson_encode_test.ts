import { assertEquals, assertThrows } from "@std/assert";
import {
  Binary,
  BSONSymbol,
  Code,
  DBRef,
  deserialize,
  type Document,
  Long,
  ObjectId,
  serialize,
  Timestamp,
} from "bson";
import { encodeDocument } from "../../codec/bson_encode.ts";
import { assertSameEncoding, DECODINGS, ENCODINGS } from "./bson_differential.ts";
import { EVERY_TYPE } from "./bson_samples.ts";
import { randomDocument } from "./random_document.ts";
import { randomInput } from "./random_value.ts";
import { assertRefused, randomNumbers } from "./samples.ts";

Deno.test("encodeDocument gives the bytes that npm:bson gives for every type", () => {
  for (const decoding of DECODINGS) {
    for (const encoding of ENCODINGS) assertSameEncoding(deserialize(EVERY_TYPE, decoding), encoding);
  }
});

Deno.test("encodeDocument gives the bytes that npm:bson gives for random documents, or refuses them too", () => {
  const random = randomNumbers(71);
  for (let round = 0; round < 5000; round++) {
    const document = random(3) === 0 ? randomDocument(random) : randomInput(random);
    for (const options of ENCODINGS) assertSameEncoding(document, options);
  }
});

Deno.test("encodeDocument takes as a document what npm:bson takes", () => {
  class Person {
    name = "Ann";
    get age(): number {
      return 7;
    }
    greet(): void {}
  }
  const roots: unknown[] = [
    null,
    undefined,
    {},
    new Person(),
    new Map([["a", 1]]),
    Object.create(null),
    new Error("x"),
  ];
  const refused: unknown[] = [
    [],
    1,
    "a",
    () => 1,
    new Date(),
    /a/,
    new Uint8Array(3),
    new ArrayBuffer(3),
    new ObjectId(),
  ];
  const odd: unknown[] = [
    { _bsontype: "ObjectId" },
    { _bsontype: 1 },
    { toBSON: () => ({ b: 1 }) },
    { toBSON: () => [1] },
    { toBSON: () => 1 },
    { toBSON: () => null },
    new Float64Array(2),
    Object.create({ inherited: 1 }, { own: { value: 1, enumerable: true }, hidden: { value: 1 } }),
  ];
  for (const root of [...roots, ...refused, ...odd]) {
    assertSameEncoding(root as Document, {});
    assertSameEncoding({ nested: root }, {});
    assertSameEncoding({ list: [root] }, {});
  }
  for (const root of refused) assertRefused(() => encodeDocument(root as Document));
});

Deno.test("encodeDocument treats odd values of npm:bson's classes as npm:bson does", () => {
  const longer = new Binary(new Uint8Array(40).fill(1));
  longer.position = 3;
  const values: unknown[] = [
    longer,
    new Binary(),
    new Binary(Uint8Array.of(1), 2),
    ...vectors(),
    new Code("x", { a: undefined, $b: 1 }),
    new Code("x", null),
    new Code(() => 1),
    new BSONSymbol(5 as unknown as string),
    new DBRef("c", new ObjectId(), "d", { $set: 1, undef: undefined }),
    new DBRef(
      "c",
      new ObjectId(),
      undefined,
      Object.fromEntries([["__proto__", { a: 1 }], ["toBSON", () => ({ z: 1 })]]),
    ),
    Timestamp.fromBits(1, 0xffff_ffff),
    new Long(-1, 2, true),
    { _bsontype: "ObjectId" },
    Object.assign(new ObjectId(), { toBSON: () => "own" }),
    { _bsontype: "Nobody", [Symbol.for("@@mdb.bson.version")]: 7, [Symbol.for("@@mdb.bson.type")]: "Nobody" },
    Object.assign(new Map([[1, 2]])),
    [, 1],
  ];
  for (const value of values) {
    for (const options of ENCODINGS) assertSameEncoding({ value, list: [value] }, options);
  }
});

function vectors(): Binary[] {
  const contents = [[], [3, 0], [3, 1], [0x27, 0, 1, 2, 3, 4], [0x27, 0, 1], [0x27, 1], [0x10, 0], [0x10, 1], [
    0x10,
    7,
    1,
  ]];
  return [...contents, [0x10, 8, 1], [0x10], [9, 9, 9]].map((content) => new Binary(Uint8Array.from(content), 9));
}

Deno.test("encodeDocument checks keys as npm:bson does", () => {
  const keys = ["$a", "a.b", "$db", "$ref", "$id", "$clusterTime", "a\0b", "é\0", "", "日本", "k".repeat(2000)];
  for (const key of keys) {
    for (const value of [1, undefined, () => 1, { [key]: 1 }, [{ [key]: 1 }]]) {
      for (const options of ENCODINGS) assertSameEncoding({ [key]: value }, options);
    }
  }
});

Deno.test("encodeDocument writes an array's indexes", () => {
  const list = Array.from({ length: 10_101 }, (_, index) => index);
  assertSameEncoding({ list }, {});
});

Deno.test("encodeDocument encodes texts of every length", () => {
  for (const unit of ["a", "é", "日", "😀", "\ud800"]) {
    for (let length = 0; length < 300; length++) {
      assertSameEncoding({ [unit.repeat(length % 50)]: unit.repeat(length) }, {});
    }
    assertSameEncoding({ text: unit.repeat(100_000) }, {});
  }
});

Deno.test("encodeDocument gives bytes that later documents leave alone", () => {
  const random = randomNumbers(72);
  const documents = Array.from(
    { length: 400 },
    () => ({ text: "x".repeat(random(random(20) === 0 ? 2_000_000 : 6000)) }),
  );
  const encoded = documents.map((document) => encodeDocument(document));
  encoded.forEach((bytes, index) => assertEquals(bytes.length, serialize(documents[index]!).length));
  encoded.forEach((bytes, index) => assertEquals(deserialize(bytes), documents[index]));
});

Deno.test("encodeDocument may be called while it encodes", () => {
  const inner = { toBSON: () => encodeDocument({ b: "inner" }) };
  const document = { a: "before", inner, z: [inner, "after"] };
  const bytes = new Uint8Array(serialize({ b: "inner" }));
  assertEquals(encodeDocument(document).toHex(), serialize({ a: "before", inner: bytes, z: [bytes, "after"] }).toHex());
});

Deno.test("encodeDocument goes on after a document that it refused", () => {
  const failing = {
    toBSON() {
      throw new RangeError("own");
    },
  };
  assertThrows(() => encodeDocument({ a: "x".repeat(50), failing }), RangeError, "own");
  assertSameEncoding({ a: 1 }, {});
});

Deno.test("encodeDocument asks a toBSON method that strings were given", () => {
  const prototype = String.prototype as unknown as { toBSON?: () => unknown };
  prototype.toBSON = function () {
    return 7;
  };
  try {
    assertSameEncoding({ a: "text", b: ["text"] }, {});
  } finally {
    delete prototype.toBSON;
  }
});

Deno.test("encodeDocument refuses circular structures", () => {
  const document: Document = { a: { list: [] } };
  document.a.list.push(document.a);
  assertSameEncoding(document, {});
  assertRefused(() => encodeDocument(document), "Circular");
  const shared = { x: 1 };
  assertSameEncoding({ a: shared, b: [shared, shared] }, {});
  assertSameEncoding({ code: new Code("x", document) }, {});
});

Deno.test("encodeDocument refuses nesting that no server takes with a CodecError", () => {
  assertSameEncoding(nested(250), {});
  assertRefused(() => encodeDocument(nested(251)), "nested too deeply");
  assertRefused(() => encodeDocument(nested(200_000)), "nested too deeply");
});

function nested(depth: number): Document {
  let document: Document = {};
  for (let i = 1; i < depth; i++) document = { a: document };
  return document;
}
