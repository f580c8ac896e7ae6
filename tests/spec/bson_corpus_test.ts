import { assertEquals, assertThrows } from "@std/assert";
import { BSONSymbol, Decimal128, deserialize, type Document, EJSON, serialize } from "bson";
import { validateDocument } from "../../codec/bson_validate.ts";
import { ElementWalker } from "../../codec/bson_view.ts";
import { CodecError } from "../../codec/error.ts";
import { type SpecCase, specSuite } from "../support/spec_suite.ts";

interface CorpusFile {
  readonly bson_type: string;
  readonly valid?: readonly ValidCase[];
  readonly decodeErrors?: readonly { readonly description: string; readonly bson: string }[];
  readonly parseErrors?: readonly { readonly description: string; readonly string: string }[];
}

interface ValidCase {
  readonly description: string;
  readonly canonical_bson: string;
  readonly canonical_extjson: string;
  readonly relaxed_extjson?: string;
  readonly degenerate_bson?: string;
  readonly degenerate_extjson?: string;
  readonly converted_bson?: string;
  readonly converted_extjson?: string;
  readonly lossy?: boolean;
}

/** Keeps every BSON type, so that what was decoded encodes to the same bytes. */
const EXACT = { promoteValues: false, bsonRegExp: true } as const;
const DECIMAL128 = "0x13";

const LENIENT = "EJSON.parse of npm:bson accepts it";
const LENIENT_PARSE_ERRORS = [
  "Bad $regularExpression (extra field)",
  "Bad $regularExpression (missing options field)",
  "Bad $oid (extra field)",
  "Bad $numberInt (number, not string)",
  "Bad $numberInt (extra field)",
  "Bad $numberLong (extra field)",
  "Bad $numberDouble (number, not string)",
  "Bad $numberDouble (extra field)",
  "Bad $numberDecimal (extra field)",
  "Bad $binary (type is number, not string)",
  "Bad $binary (missing $type)",
  "Bad $binary (extra field)",
  "Bad $code (type is number, not string)",
  "Bad $code (type is number, not string) when $scope is also present",
  "Bad $code (extra field)",
  "Bad $code with $scope (scope is number, not doc)",
  "Bad $date (extra field)",
  "Bad $minKey (boolean, not integer)",
  "Bad $minKey (wrong integer)",
  "Bad $minKey (extra field)",
  "Bad $maxKey (boolean, not integer)",
  "Bad $maxKey (wrong integer)",
  "Bad $maxKey (extra field)",
  "Bad DBpointer (extra field)",
];
const SKIPS = Object.fromEntries(LENIENT_PARSE_ERRORS.map((name) => [`top.json: parse error: ${name}`, LENIENT]));

specSuite("bson-corpus/tests", ({ json }) => {
  const file = json as CorpusFile;
  return [
    ...(file.valid ?? []).map(validCase),
    ...(file.decodeErrors ?? []).map(decodeErrorCase),
    ...(file.parseErrors ?? []).map((error) => parseErrorCase(file.bson_type, error)),
  ];
}, SKIPS);

function validCase(test: ValidCase): SpecCase {
  return {
    name: `valid: ${test.description}`,
    run() {
      const canonical = Uint8Array.fromHex(test.canonical_bson);
      const expected = Uint8Array.fromHex(test.converted_bson ?? test.canonical_bson);
      checkDocument(canonical, expected);
      if (test.degenerate_bson !== undefined) checkDocument(Uint8Array.fromHex(test.degenerate_bson), expected);
      checkExtendedJson(test, expected);
    },
  };
}

function checkDocument(bytes: Uint8Array, canonical: Uint8Array): void {
  validateDocument(bytes);
  const document = deserialize(bytes, EXACT);
  assertEquals(walkedKeys(bytes), Object.keys(document));
  assertBytes(serialize(withoutSymbols(document), { ignoreUndefined: false }), canonical);
}

/** Converts the one deprecated type that npm:bson does not convert itself. */
function withoutSymbols(document: Document): Document {
  return Object.fromEntries(
    Object.entries(document).map(([key, value]) => [key, value instanceof BSONSymbol ? value.value : value]),
  );
}

function assertBytes(actual: Uint8Array, expected: Uint8Array): void {
  assertEquals(actual.toHex(), expected.toHex());
}

function assertJson(actual: string, expected: string): void {
  assertEquals(JSON.parse(actual, plainDouble), JSON.parse(expected, plainDouble));
}

/** Languages write doubles differently: compares their values. */
function plainDouble(key: string, value: unknown): unknown {
  if (key !== "$numberDouble") return value;
  return Object.is(Number(value), -0) ? "-0" : String(Number(value));
}

function walkedKeys(bytes: Uint8Array): string[] {
  const keys: string[] = [];
  const walker = new ElementWalker(bytes);
  while (walker.next()) keys.push(walker.key);
  return keys;
}

function checkExtendedJson(test: ValidCase, canonical: Uint8Array): void {
  const document = deserialize(canonical, EXACT);
  const json = test.converted_extjson ?? test.canonical_extjson;
  assertJson(EJSON.stringify(document, { relaxed: false }), json);
  if (test.lossy === true) return;
  assertBytes(serialize(EJSON.parse(json, { relaxed: false })), canonical);
  if (test.degenerate_extjson !== undefined) {
    assertBytes(serialize(EJSON.parse(test.degenerate_extjson, { relaxed: false })), canonical);
  }
  if (test.relaxed_extjson !== undefined) checkRelaxedJson(test.relaxed_extjson);
}

function checkRelaxedJson(json: string): void {
  assertJson(EJSON.stringify(EJSON.parse(json), { relaxed: true }), json);
}

function decodeErrorCase(test: { description: string; bson: string }): SpecCase {
  return {
    name: `decode error: ${test.description}`,
    run: () => void assertThrows(() => validateDocument(Uint8Array.fromHex(test.bson)), CodecError),
  };
}

function parseErrorCase(type: string, test: { description: string; string: string }): SpecCase {
  return {
    name: `parse error: ${test.description}`,
    run() {
      if (type === DECIMAL128) return void assertThrows(() => Decimal128.fromString(test.string));
      assertThrows(() => serialize(EJSON.parse(test.string, { relaxed: false })));
    },
  };
}
