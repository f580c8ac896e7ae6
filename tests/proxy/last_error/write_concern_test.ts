import { assertEquals, assertThrows } from "@std/assert";
import { Decimal128, type Document, Double, Int32, Long } from "bson";
import {
  BadWriteConcernError,
  parseWriteConcern,
  withoutGenericFields,
} from "../../../proxy/last_error/write_concern.ts";

const DEFAULTS = { w: 1, j: false, fsync: false, wtimeout: 0 };

function parse(fields: Document, hasMembers = true) {
  return parseWriteConcern({ getLastError: new Int32(1), ...fields }, hasMembers);
}

function refusal(fields: Document, hasMembers = true): string {
  const { code, codeName, errmsg } = assertThrows(() => parse(fields, hasMembers), BadWriteConcernError);
  return `${code} ${codeName}: ${errmsg}`;
}

Deno.test("parseWriteConcern() gives the defaults where nothing is asked for", () => {
  assertEquals(parse({}), DEFAULTS);
  for (const w of [null, undefined, "", new Int32(1), Long.fromNumber(1), new Double(1.7)]) {
    assertEquals(parse({ w }), DEFAULTS);
  }
});

Deno.test("parseWriteConcern() takes numbers of every type, and modes", () => {
  for (const w of [new Int32(3), Long.fromNumber(3), new Double(3.9), Decimal128.fromString("3")]) {
    assertEquals(parse({ w }), { ...DEFAULTS, w: 3 });
  }
  for (const w of [new Double(NaN), new Double(-0.5), new Int32(0)]) assertEquals(parse({ w }).w === 0, true);
  assertEquals(parse({ w: "majority" }), { ...DEFAULTS, w: "majority" });
  assertEquals(parse({ w: "dc" }), { ...DEFAULTS, w: "dc" });
});

Deno.test("parseWriteConcern() takes flags as booleans and as numbers", () => {
  assertEquals(parse({ j: true }), { ...DEFAULTS, j: true });
  assertEquals(parse({ j: new Int32(1), fsync: false }), { ...DEFAULTS, j: true });
  assertEquals(parse({ fsync: new Double(1), j: new Double(0) }), { ...DEFAULTS, fsync: true });
});

Deno.test("parseWriteConcern() takes any wtimeout, cut to 32 bits", () => {
  assertEquals(parse({ wtimeout: new Int32(100) }).wtimeout, 100);
  assertEquals(parse({ wtimeout: new Int32(-1) }).wtimeout, -1);
  assertEquals(parse({ wtimeout: new Double(1.9) }).wtimeout, 1);
  assertEquals(parse({ wtimeout: Long.fromString("5000000000") }).wtimeout, 705_032_704);
  for (const wtimeout of ["soon", null, true, {}]) assertEquals(parse({ wtimeout }).wtimeout, 0);
});

Deno.test("parseWriteConcern() refuses what no deployment can have, in the server's words", () => {
  for (const w of [true, [], {}, { a: new Int32(1) }]) {
    assertEquals(refusal({ w }), "9 FailedToParse: w has to be a number or a string");
  }
  for (const w of [new Int32(-1), new Int32(51), new Double(1e10), new Double(Infinity)]) {
    assertEquals(refusal({ w }), "9 FailedToParse: w has to be a non-negative number and not greater than 50");
  }
  assertEquals(refusal({ j: "x" }), "9 FailedToParse: j must be numeric or a boolean value");
  assertEquals(refusal({ fsync: null }), "9 FailedToParse: fsync must be numeric or a boolean value");
  assertEquals(refusal({ j: true, fsync: true }), "9 FailedToParse: fsync and j options cannot be used together");
  assertEquals(refusal({ w: new Int32(1), W: 1 }), "9 FailedToParse: unrecognized write concern field: W");
});

Deno.test("parseWriteConcern() refuses members where there is one server alone", () => {
  assertEquals(refusal({ w: new Int32(2) }, false), "2 BadValue: cannot use 'w' > 1 when a host is not replicated");
  assertEquals(
    refusal({ w: "dc" }, false),
    "2 BadValue: cannot use non-majority 'w' mode dc when a host is not a member of a replica set",
  );
  assertEquals(parse({ w: "majority", j: true }, false), { ...DEFAULTS, j: true });
  assertEquals(parse({ w: new Int32(0) }, false), DEFAULTS);
});

Deno.test("withoutGenericFields() leaves what is about the write concern, in its order", () => {
  const command = { getLastError: 1, wtimeout: 5, $db: "a", w: 2, maxTimeMS: 1, lsid: {}, comment: "c", odd: 1 };
  assertEquals(Object.keys(withoutGenericFields(command)), ["getLastError", "wtimeout", "w", "odd"]);
});
