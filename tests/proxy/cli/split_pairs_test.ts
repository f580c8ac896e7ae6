import { assertEquals, assertThrows } from "@std/assert";
import { ConfigError } from "../../../proxy/cli/config_error.ts";
import { splitPairs } from "../../../proxy/cli/split_pairs.ts";
import { messageOf } from "./message_of.ts";

const ENV = { PW: "s3cret", EMPTY: "", PAIRS: ":1=mongodb://a|:2=mongodb://b", NESTED: "${PW}" };

const CASES: readonly (readonly [name: string, argument: string, pairs: (readonly [string, string])[]])[] = [
  ["one pair", ":1=mongodb://h", [[":1", "mongodb://h"]]],
  ["a URI with =", ":1=mongodb://h/?a=b&c=d", [[":1", "mongodb://h/?a=b&c=d"]]],
  ["mongodb+srv", ":1=mongodb+srv://h.example.com", [[":1", "mongodb+srv://h.example.com"]]],
  ["pairs between bars", ":1=mongodb://a|/x=mongodb://b", [[":1", "mongodb://a"], ["/x", "mongodb://b"]]],
  ["pairs on lines", ":1=mongodb://a\n:2=mongodb://b\r\n:3=mongodb://c", [
    [":1", "mongodb://a"],
    [":2", "mongodb://b"],
    [
      ":3",
      "mongodb://c",
    ],
  ]],
  ["blank lines and spaces around pairs", "\n\n  :1 = mongodb://a  |\n| \n", [[":1", "mongodb://a"]]],
  ["nothing at all", "", []],
  ["a variable", ":1=mongodb://u:${PW}@h", [[":1", "mongodb://u:s3cret@h"]]],
  ["an empty variable", ":1=mongodb://u:${EMPTY}@h", [[":1", "mongodb://u:@h"]]],
  ["a variable with pairs", "${PAIRS}", [[":1", "mongodb://a"], [":2", "mongodb://b"]]],
  ["a variable once only", ":1=mongodb://${NESTED}", [[":1", "mongodb://${PW}"]]],
  ["other uses of the dollar", ":1=mongodb://$PW:${P-W}@${}", [[":1", "mongodb://$PW:${P-W}@${}"]]],
];

for (const [name, argument, pairs] of CASES) {
  Deno.test(`splitPairs() takes ${name}`, () => {
    assertEquals(splitPairs(argument, ENV, "argument 1"), pairs.map(([address, uri]) => ({ address, uri })));
  });
}

const FAULTS: readonly (readonly [argument: string, message: string])[] = [
  ["x", "Pair 1 of argument 1 is not address=uri, expected for example"],
  ["true", "a switch takes its value with =, as in --ping=true"],
  [":1=mongodb://a|:2", "Pair 2 of argument 1 is not address=uri"],
  ["mongodb://h", "Pair 1 of argument 1 has no address before its URI"],
  ["mongodb://h/?a=b", "Pair 1 of argument 1 has no address before its URI"],
  [":1=", 'Pair 1 of argument 1 has no URI after its first "="'],
  [":1=localhost:27017", 'Pair 1 of argument 1 has no URI after its first "="'],
  [":1=http://localhost", 'Pair 1 of argument 1 has no URI after its first "="'],
  ["${UNSET_ONE}", "Environment variable UNSET_ONE is not set; argument 1 asks for it"],
  [":1=mongodb://u:${UNSET_TWO}@h", "Environment variable UNSET_TWO is not set"],
];

for (const [argument, message] of FAULTS) {
  Deno.test(`splitPairs() refuses ${argument}`, () => {
    assertThrows(() => splitPairs(argument, ENV, "argument 1"), ConfigError, message);
  });
}

for (
  const argument of [
    "s3cret",
    "mongodb://u:s3cret@h",
    "mongodb://u:s3cret@h/?a=b",
    ":1=mongodb://u:a|s3cret@h",
    ":1=mongodb://u:a|s3cret=@h/?x=y",
    "u:s3cret@h:27017",
    ":1=u:s3cret@h",
    "${PW}",
    ":1=mongodb://u:a\n${PW}@h",
  ]
) {
  Deno.test(`splitPairs() shows no password of ${JSON.stringify(argument)}`, () => {
    assertEquals(messageOf(() => splitPairs(argument, ENV, "argument 1")).includes("s3cret"), false);
  });
}
