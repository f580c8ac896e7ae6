import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { ConfigError } from "../../../proxy/cli/config_error.ts";
import { DVARA_FLAGS, translateDvara } from "../../../proxy/cli/dvara_flags.ts";
import { FLAG_KEYS, flagName, flagOf } from "../../../proxy/cli/flags.ts";
import { messageOf } from "./message_of.ts";

const translate = (given: Readonly<Record<string, string>>) => translateDvara(new Map(Object.entries(given)));

Deno.test("translateDvara() makes a mirror of -addrs, with dvara's limits as defaults", () => {
  const { flags, defaults, warnings } = translate({ addrs: "h1:27017, h2:27018" });
  assertEquals([...flags], [["mirror", "mongodb://h1:27017,h2:27018/"]]);
  assertEquals(Object.fromEntries(defaults), {
    messageTimeout: "2m",
    clientIdleTimeout: "1h",
    serverIdleTimeout: "1h",
    maxClientsPerHost: "100",
  });
  for (const [key, text] of defaults) assert(flagOf(key).kind.parse(text) !== null, key);
  assertEquals(warnings, []);
});

Deno.test("translateDvara() changes no default without -addrs", () => {
  assertEquals(translate({ "port-end": "7000" }).defaults.size, 0);
});

for (
  const [given, ports] of [
    [{ "port-start": "6005" }, "6005-6010"],
    [{ "port-end": "6005" }, "6000-6005"],
    [{ "port-start": "7", "port-end": "7" }, "7-7"],
  ] as const
) {
  Deno.test(`translateDvara() makes ports ${ports} of ${JSON.stringify(given)}`, () => {
    assertEquals([...translate(given).flags], [["ports", ports]]);
  });
}

Deno.test("translateDvara() says of every flag without effect why", () => {
  const idle = [...DVARA_FLAGS].filter(([, flag]) => flag.idle !== null).map(([name]) => name);
  assertEquals(idle.length, 5);
  const { flags, warnings } = translate(Object.fromEntries(idle.map((name) => [name, "1"])));
  assertEquals([flags.size, warnings.length], [0, idle.length]);
  assertStringIncludes(warnings[0]!, "Flag -get_last_error_timeout of dvara has no effect: no connection is held");
});

const FAULTS: readonly (readonly [given: Readonly<Record<string, string>>, message: string])[] = [
  [{ addrs: "" }, "Flag -addrs cannot be used, expected members such as db1:27017,db2:27017"],
  [{ addrs: "mongodb://h" }, "Flag -addrs cannot be used"],
  [{ addrs: "h1,,h2" }, "Flag -addrs cannot be used"],
  [{ "port-start": "x" }, 'Flag -port_start is "x", expected an integer from 1 to 65535'],
  [{ "port-end": "0" }, 'Flag -port_end is "0", expected an integer from 1 to 65535'],
  [{ "port-start": "7000" }, "Flag -port_start is 7000 and -port_end 6010, expected no end below the start"],
];

for (const [given, message] of FAULTS) {
  Deno.test(`translateDvara() refuses ${JSON.stringify(given)}`, () => {
    assertThrows(() => translate(given), ConfigError, message);
  });
}

Deno.test("translateDvara() shows no password of -addrs", () => {
  assertEquals(messageOf(() => translate({ addrs: "mongodb://u:s3cret@h" })).includes("s3cret"), false);
});

Deno.test("DVARA_FLAGS has no name of ours", () => {
  const names: readonly string[] = FLAG_KEYS.map(flagName);
  assertEquals([...DVARA_FLAGS.keys()].filter((name) => names.includes(name)), []);
});
