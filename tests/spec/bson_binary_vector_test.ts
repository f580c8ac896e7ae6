import { assertEquals, assertThrows } from "@std/assert";
import { Binary, deserialize, serialize } from "bson";
import { validateDocument } from "../../codec/bson_validate.ts";
import { type SpecCase, specSuite } from "../support/spec_suite.ts";

interface VectorCase {
  readonly description: string;
  readonly valid: boolean;
  readonly vector?: readonly (number | { readonly $numberDouble: string })[];
  readonly dtype_alias: keyof typeof VECTORS;
  readonly padding?: number;
  readonly canonical_bson?: string;
}

/** How npm:bson reads and makes each kind of vector. */
const VECTORS = {
  INT8: {
    read: (binary: Binary) => binary.toInt8Array(),
    make: (values: readonly number[]) => Binary.fromInt8Array(Int8Array.from(values)),
  },
  FLOAT32: {
    read: (binary: Binary) => binary.toFloat32Array(),
    make: (values: readonly number[]) => Binary.fromFloat32Array(Float32Array.from(values)),
  },
  PACKED_BIT: {
    read: (binary: Binary) => binary.toPackedBits(),
    make: (values: readonly number[], padding: number) => Binary.fromPackedBits(Uint8Array.from(values), padding),
  },
};

const NOT_REPRESENTABLE = "A typed array cannot hold such a vector";

specSuite("bson-binary-vector/tests", ({ json }) => (json as { tests: readonly VectorCase[] }).tests.map(vectorCase), {
  "int8.json: Overflow Vector INT8": NOT_REPRESENTABLE,
  "int8.json: Underflow Vector INT8": NOT_REPRESENTABLE,
  "int8.json: INT8 with float inputs": NOT_REPRESENTABLE,
  "packed_bit.json: Overflow Vector PACKED_BIT": NOT_REPRESENTABLE,
  "packed_bit.json: Underflow Vector PACKED_BIT": NOT_REPRESENTABLE,
  "packed_bit.json: Vector with float values PACKED_BIT": NOT_REPRESENTABLE,
});

function vectorCase(test: VectorCase): SpecCase {
  return { name: test.description, run: () => test.valid ? checkValid(test) : checkInvalid(test) };
}

function checkValid(test: VectorCase): void {
  const bytes = Uint8Array.fromHex(test.canonical_bson!);
  validateDocument(bytes);
  const { read, make } = VECTORS[test.dtype_alias];
  const values = (test.vector ?? []).map((value) => typeof value === "number" ? value : Number(value.$numberDouble));
  const made = make(values, test.padding ?? 0);
  assertEquals(serialize({ vector: made }).toHex(), bytes.toHex());
  assertEquals(read(deserialize(bytes).vector), read(made));
}

/** The server keeps such vectors like any other binary value, so they are valid BSON: only their reader refuses them. */
function checkInvalid(test: VectorCase): void {
  const { read, make } = VECTORS[test.dtype_alias];
  if (test.canonical_bson === undefined) {
    return void assertThrows(() => serialize({ vector: make([1], test.padding ?? 0) }));
  }
  const bytes = Uint8Array.fromHex(test.canonical_bson);
  validateDocument(bytes);
  assertThrows(() => read(deserialize(bytes).vector));
}
