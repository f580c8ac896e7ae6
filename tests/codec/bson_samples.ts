import { Binary, BSONRegExp, Code, Double, Int32, Long, MaxKey, MinKey, ObjectId, serialize, Timestamp } from "bson";

const utf8 = new TextEncoder();

/** Builds a document out of elements, for what npm:bson does not write. */
export function documentOf(
  ...elements: (readonly [type: number, key: string, value: readonly number[]])[]
): Uint8Array {
  const content = elements.flatMap(([type, key, value]) => [type, ...utf8.encode(key), 0, ...value]);
  const document = new Uint8Array([0, 0, 0, 0, ...content, 0]);
  new DataView(document.buffer).setInt32(0, document.length, true);
  return document;
}

/** The bytes of a BSON string. */
export function stringBytes(text: string): number[] {
  const bytes = utf8.encode(text);
  return [bytes.length + 1, 0, 0, 0, ...bytes, 0];
}

const DEPRECATED = documentOf(
  [0x06, "undefined", []],
  [0x0c, "dbPointer", [...stringBytes("a.b"), 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]],
  [0x0e, "symbol", stringBytes("sym")],
  [0x05, "oldBinary", [6, 0, 0, 0, 2, 2, 0, 0, 0, 7, 8]],
);

/** One element of every BSON type, deprecated ones included. */
export const EVERY_TYPE: Uint8Array = joined(
  serialize({
    double: new Double(1.5),
    string: "été",
    document: { a: 1, b: { c: "deep" } },
    array: [1, "two"],
    binary: new Binary(Uint8Array.of(1, 2, 3), 0),
    objectId: new ObjectId("0102030405060708090a0b0c"),
    true: true,
    date: new Date(1_700_000_000_000),
    null: null,
    regExp: new BSONRegExp("a+", "i"),
    code: new Code("x"),
    codeWithScope: new Code("x", { x: 1 }),
    int32: new Int32(-7),
    timestamp: new Timestamp({ t: 1, i: 2 }),
    int64: Long.fromBigInt(-(2n ** 62n)),
    minKey: new MinKey(),
    maxKey: new MaxKey(),
  }),
  DEPRECATED,
);

/** The keys of {@linkcode EVERY_TYPE} in their order. */
export const EVERY_KEY: readonly string[] = [
  ...["double", "string", "document", "array", "binary", "objectId", "true", "date", "null", "regExp", "code"],
  ...["codeWithScope", "int32", "timestamp", "int64", "minKey", "maxKey"],
  ...["undefined", "dbPointer", "symbol", "oldBinary"],
];

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const document = new Uint8Array([...first.subarray(0, -1), ...second.subarray(4)]);
  new DataView(document.buffer).setInt32(0, document.length, true);
  return document;
}
