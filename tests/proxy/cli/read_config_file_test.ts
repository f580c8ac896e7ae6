import { assertEquals, assertThrows } from "@std/assert";
import { ConfigError } from "../../../proxy/cli/config_error.ts";
import { expandVariables } from "../../../proxy/cli/expand_variables.ts";
import { readConfigFile } from "../../../proxy/cli/read_config_file.ts";
import { messageOf } from "./message_of.ts";

const ENV = { PW: "s3cret", PORT: "27016", LEVEL: "debug" };

function read(text: string) {
  return readConfigFile(text, "t.json", (value, place) => expandVariables(value, ENV, place));
}

Deno.test("readConfigFile() reads every kind of value", () => {
  const { values, pairs } = read(`{
    "listen": {":\${PORT}": "mongodb://u:\${PW}@h", "/x.sock": "mongodb://b"},
    "network": "tcp6", "unlink": true, "username": "u", "password": "\${PW}", "logLevel": "\${LEVEL}",
    "maxClients": 5, "maxAwaitingShare": 0.25, "waitTimeout": "5s", "drainTimeout": 1500,
    "compressors": ["zstd"]
  }`);
  assertEquals(Object.fromEntries(values), {
    network: "tcp6",
    unlink: true,
    username: "u",
    password: "s3cret",
    logLevel: "debug",
    maxClients: 5,
    maxAwaitingShare: 0.25,
    waitTimeout: 5_000,
    drainTimeout: 1_500,
    compressors: ["zstd"],
  });
  assertEquals(pairs, [{ address: ":27016", uri: "mongodb://u:s3cret@h" }, { address: "/x.sock", uri: "mongodb://b" }]);
});

Deno.test("readConfigFile() reads an empty object", () => {
  const { values, pairs } = read("{}");
  assertEquals([values.size, pairs], [0, []]);
});

const FAULTS: readonly (readonly [text: string, message: string])[] = [
  ["", "t.json:1:1 is not JSON: Expected a JSON value"],
  ['{\n  "ping": yes\n}', "t.json:2:11 is not JSON: Expected a JSON value"],
  ["[]", "t.json is an array, expected a JSON object"],
  ["null", "t.json is null, expected a JSON object"],
  ['"x"', "t.json is a string, expected a JSON object"],
  ['{"maxClient": 5}', 't.json: Unknown key "maxClient", expected "maxClients" perhaps'],
  ['{"max-clients": 5}', 't.json: Unknown key "max-clients", expected "maxClients" perhaps'],
  ['{"loglevel": "info"}', 't.json: Unknown key "loglevel", expected "logLevel" perhaps'],
  ['{"Listen": {}}', 't.json: Unknown key "Listen", expected "listen" perhaps'],
  ['{"zzzzzzzz": 5}', 't.json: Unknown key "zzzzzzzz", expected one of listen, network, unlink'],
  ['{"config": "x"}', 't.json: Unknown key "config"'],
  ['{"help": true}', 't.json: Unknown key "help"'],
  ['{"__proto__": {}}', 't.json: Unknown key "__proto__"'],
  ['{"maxClients": "5"}', 't.json: maxClients is a string "5", expected an integer of at least 1'],
  ['{"maxClients": 0}', "t.json: maxClients is a number 0, expected an integer of at least 1"],
  ['{"ping": "true"}', 't.json: ping is a string "true", expected true or false'],
  ['{"ping": null}', "t.json: ping is null, expected true or false"],
  ['{"waitTimeout": "5 parsecs"}', 't.json: waitTimeout is a string "5 parsecs", expected a time such as'],
  ['{"waitTimeout": []}', "t.json: waitTimeout is an array, expected a time such as"],
  ['{"logLevel": "loud"}', 't.json: logLevel is a string "loud", expected one of debug, info, warn, error'],
  ['{"compressors": ["lz4"]}', "t.json: compressors is an array, expected a list of snappy, zlib, zstd, or none"],
  ['{"maxPinnedShare": 1.5}', "t.json: maxPinnedShare is a number 1.5, expected a number from 0 to 1"],
  ['{"password": 12345}', "t.json: password is a number, expected a text"],
  ['{"username": "${UNSET}"}', "Environment variable UNSET is not set; t.json: username asks for it"],
  ['{"listen": []}', "t.json: listen is an array, expected an object such as"],
  ['{"listen": ":1=mongodb://h"}', "t.json: listen is a string, expected an object such as"],
  ['{"listen": {":1": 5}}', 't.json: listen[":1"] is a number, expected a URI as a string'],
  ['{"listen": {":1": {"uri": "mongodb://h"}}}', 't.json: listen[":1"] is an object, expected a URI as a string'],
  ['{"listen": {":1": "mongodb://${UNSET}"}}', 'Environment variable UNSET is not set; t.json: listen[":1"] asks'],
  ['{"listen": {":1": "mongodb://a", ":1": "mongodb://b"}}', "t.json:1:34 is not JSON: Expected a key that is not"],
  ['{"listen": {"mongodb://h": ":1"}}', "t.json: Key 1 of listen is no address, expected an object such as"],
];

for (const [text, message] of FAULTS) {
  Deno.test(`readConfigFile() refuses ${text || "an empty file"}`, () => {
    assertThrows(() => read(text), ConfigError, message);
  });
}

for (
  const text of [
    '{"password": s3cret}',
    '{"password": "s3cret}',
    '{"password": ["s3cret"]}',
    '{"password": {"value": "s3cret"}}',
    "{\"password\": 's3cret'}",
    '{"listen": {"mongodb://u:s3cret@h": ":1"}}',
    '{"listen": {"u:s3cret@h": ":1"}}',
    '{"listen": ["mongodb://u:s3cret@h"]}',
    '{"listen": {":1": ["mongodb://u:s3cret@h"]}}',
    '{"listen": {":1": "mongodb://u:s3cret@h"}',
    '{"maxClients": "mongodb://a-very-long-user-name:s3cret@a-host"}',
  ]
) {
  Deno.test(`readConfigFile() shows no password of ${text}`, () => {
    assertEquals(messageOf(() => read(text)).includes("s3cret"), false);
  });
}
