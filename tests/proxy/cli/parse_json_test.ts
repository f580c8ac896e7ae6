import { assertEquals, assertInstanceOf, assertThrows } from "@std/assert";
import { JsonSyntaxError, type JsonValue, parseJson } from "../../../proxy/cli/parse_json.ts";

/** The same value with plain objects. */
function plain(value: JsonValue): unknown {
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, item]) => [key, plain(item)]));
  return Array.isArray(value) ? value.map(plain) : value;
}

for (
  const text of [
    "{}",
    " [ ] ",
    "\r\n\t null",
    "true",
    "-0",
    "12.5e-3",
    "1E+2",
    '""',
    String.raw`"\"\\\/\b\f\n\r\té𝄞"`,
    '"ö𝄞\u2028\u007f"',
    '{"a": [1, {"b": [[]]}, "x"], "c": null}',
    '{"a":1,"A":2,"":3,"constructor":4}',
    "[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]",
  ]
) {
  Deno.test(`parseJson() reads ${JSON.stringify(text)} as JSON.parse() does`, () => {
    assertEquals(plain(parseJson(text)), JSON.parse(text));
  });
}

Deno.test("parseJson() skips a byte order mark", () => {
  assertEquals(parseJson("\uFEFF1"), 1);
});

Deno.test("parseJson() makes no prototype of a key", () => {
  const value = parseJson('{"__proto__": 1}');
  assertInstanceOf(value, Map);
  assertEquals([...value], [["__proto__", 1]]);
});

const FAULTS: readonly (readonly [text: string, line: number, column: number, message: string])[] = [
  ["", 1, 1, "Expected a JSON value"],
  ["{", 1, 2, "Expected a key in double quotes"],
  ["[1", 1, 3, 'Expected "," or "]"'],
  ['{"a"', 1, 5, 'Expected ":"'],
  ['{"a":}', 1, 6, "Expected a JSON value"],
  ['{"a":1', 1, 7, 'Expected "," or "}"'],
  ['{"a":1,}', 1, 8, "Expected a key in double quotes"],
  ["[1,]", 1, 4, "Expected a JSON value"],
  ["[,1]", 1, 2, "Expected a JSON value"],
  ['{\n  "a": 1\n  "b": 2\n}', 3, 3, 'Expected "," or "}"'],
  ['{\r\n  "a": s3cret\r\n}', 2, 8, "Expected a JSON value"],
  ['{"a": "s3cret\n"}', 1, 7, "Expected a string that ends on its line"],
  ['"s3cret', 1, 1, "Expected a string that ends on its line"],
  [String.raw`"s3\cret"`, 1, 1, "with right escapes"],
  [String.raw`"\N"`, 1, 1, "with right escapes"],
  ["{a: 1}", 1, 2, "Expected a key in double quotes"],
  ["'a'", 1, 1, "Expected a JSON value"],
  ['{"a": 1} // s3cret', 1, 10, "Expected the end of the text"],
  ["01", 1, 2, "Expected the end of the text"],
  ["+1", 1, 1, "Expected a JSON value"],
  [".5", 1, 1, "Expected a JSON value"],
  ["NaN", 1, 1, "Expected a JSON value"],
  ["TRUE", 1, 1, "Expected a JSON value"],
  ['{"a": 1,\n "a": 2}', 2, 2, "Expected a key that is not there already"],
  ["[".repeat(200), 1, 102, "Expected at most 100 levels"],
];

for (const [text, line, column, message] of FAULTS) {
  Deno.test(`parseJson() refuses ${JSON.stringify(text.slice(0, 30))} at ${line}:${column}`, () => {
    assertThrows(() => parseJson(text), JsonSyntaxError, message);
    try {
      parseJson(text);
    } catch (error) {
      assertInstanceOf(error, JsonSyntaxError);
      assertEquals([error.line, error.column, error.message.includes("s3cret")], [line, column, false]);
    }
  });
}

Deno.test("parseJson() refuses every text that ends too early", () => {
  const whole = String.raw`{"a": [1.5e3, true, "x\n"], "b": {"c": null}}`;
  parseJson(whole);
  for (let length = 0; length < whole.length; length++) {
    assertThrows(() => parseJson(whole.slice(0, length)), JsonSyntaxError);
  }
});
