import { assertEquals, assertThrows } from "@std/assert";
import { ConfigError } from "../../../proxy/cli/config_error.ts";
import { FLAG_KEYS, type FlagKey, flagName, flagOf, isAllowedIn, variableName } from "../../../proxy/cli/flags.ts";
import { gatherSettings } from "../../../proxy/cli/gather_settings.ts";

interface Given {
  readonly args?: string[];
  readonly env?: Record<string, string>;
  readonly files?: Record<string, string>;
}

function gather({ args = [], env = {}, files = {} }: Given) {
  return gatherSettings({
    args,
    env,
    readFile(path) {
      const text = files[path];
      if (text === undefined) throw new Error(`No such file: ${path}`);
      return text;
    },
  });
}

Deno.test("gatherSettings() falls back to the defaults", () => {
  const { values, origins, pairs } = gather({});
  for (const key of FLAG_KEYS) assertEquals([values[key], origins[key]], [flagOf(key).default, null]);
  assertEquals(pairs, []);
});

/** A value other than the default, as text, for each flag. */
const OTHERS: Readonly<Record<FlagKey, string>> = {
  network: "tcp6",
  unlink: "true",
  username: "u",
  password: "p",
  ping: "true",
  pretty: "true",
  logLevel: "debug",
  compressors: "zstd",
  mirror: "mongodb://h",
  ports: "7000-7001",
  map: "h:1=:7",
  listenHost: "127.0.0.1",
  advertise: "proxy",
  maxConnections: "7",
  serverIdleTimeout: "7ms",
  advertisedWireVersion: "7",
  legacyOpcodes: "translate",
  maxClients: "7",
  maxClientsPerHost: "7",
  maxMessageSize: "2048",
  maxWaitingRequests: "7",
  waitTimeout: "7ms",
  messageTimeout: "7ms",
  clientIdleTimeout: "7ms",
  maxCursors: "7",
  cursorIdleTimeout: "7ms",
  maxTransactions: "7",
  transactionIdleTimeout: "7ms",
  maxAwaitingShare: "0.7",
  maxPinnedShare: "0.7",
  abandonedCommandTimeout: "7ms",
  orphanTimeout: "7ms",
  maxBufferedBytes: "7",
  stallTimeout: "7ms",
  io: "deno",
  coalescingWindow: "0.7ms",
  workers: "7",
  drainTimeout: "7ms",
  config: "c.json",
  checkConfig: "true",
  version: "true",
  help: "true",
};

for (const key of FLAG_KEYS) {
  const text = OTHERS[key];
  const value = flagOf(key).kind.parse(text);
  const files = { "c.json": "{}" };

  Deno.test(`gatherSettings() takes ${key} from the command line`, () => {
    const { values, origins } = gather({ args: [`--${flagName(key)}=${text}`], files });
    assertEquals([values[key], origins[key]], [value, `Flag --${flagName(key)}`]);
  });

  Deno.test(`gatherSettings() ${isAllowedIn(key, "environment") ? "takes" : "does not take"} ${key} from the environment`, () => {
    const { values, origins } = gather({ env: { [variableName(key)]: text }, files });
    const expected = isAllowedIn(key, "environment")
      ? [value, `Variable ${variableName(key)}`]
      : [flagOf(key).default, null];
    assertEquals([values[key], origins[key]], expected);
  });

  if (!isAllowedIn(key, "file")) continue;
  Deno.test(`gatherSettings() takes ${key} from the file`, () => {
    const json = typeof value === "boolean" || /^\d+(\.\d+)?$/.test(text) ? text : JSON.stringify(text);
    const { values, origins } = gather({ args: ["--config", "t.json"], files: { "t.json": `{"${key}": ${json}}` } });
    assertEquals([values[key], origins[key]], [value, "File t.json"]);
  });
}

const FILES = { "t.json": '{"maxClients": 1, "listen": {":1": "mongodb://file"}}' };

const PRECEDENCE: readonly (readonly [name: string, given: Given, maxClients: number, uri: string | undefined])[] = [
  [
    "the command line before all",
    {
      args: ["--max-clients=3", "--config=t.json", ":3=mongodb://line"],
      env: { TORANA_MAX_CLIENTS: "2", TORANA_LISTEN: ":2=mongodb://env" },
      files: FILES,
    },
    3,
    "mongodb://line",
  ],
  [
    "the environment before the file",
    {
      args: ["--config=t.json"],
      env: { TORANA_MAX_CLIENTS: "2", TORANA_LISTEN: ":2=mongodb://env" },
      files: FILES,
    },
    2,
    "mongodb://env",
  ],
  ["the file before the defaults", { args: ["--config=t.json"], files: FILES }, 1, "mongodb://file"],
  ["the file that the environment names", { env: { TORANA_CONFIG: "t.json" }, files: FILES }, 1, "mongodb://file"],
  [
    "an empty variable as none",
    {
      args: ["--config=t.json"],
      env: { TORANA_MAX_CLIENTS: "", TORANA_LISTEN: "" },
      files: FILES,
    },
    1,
    "mongodb://file",
  ],
  ["an empty pair as none", { args: ["", "--config=t.json"], files: FILES }, 1, "mongodb://file"],
];

for (const [name, given, maxClients, uri] of PRECEDENCE) {
  Deno.test(`gatherSettings() takes ${name}`, () => {
    const { values, pairs } = gather(given);
    assertEquals([values.maxClients, pairs[0]?.uri, pairs.length], [maxClients, uri, 1]);
  });
}

Deno.test("gatherSettings() says where the pairs are from", () => {
  const origin = (given: Given) => gather(given).pairsOrigin;
  assertEquals(origin({ args: [":1=mongodb://h"] }), "Command line");
  assertEquals(origin({ env: { TORANA_LISTEN: ":1=mongodb://h" } }), "Variable TORANA_LISTEN");
  assertEquals(origin({ args: ["--config=t.json"], files: FILES }), "File t.json");
});

Deno.test("gatherSettings() takes dvara's defaults for a command line that is dvara's", () => {
  const { values, origins } = gather({
    args: ["-addrs=h", "-client_idle_timeout=5m"],
    env: { TORANA_MESSAGE_TIMEOUT: "3m" },
  });
  assertEquals([values.mirror, values.serverIdleTimeout, origins.serverIdleTimeout], [
    "mongodb://h/",
    3_600_000,
    "Default of dvara",
  ]);
  assertEquals([values.clientIdleTimeout, values.messageTimeout, values.maxClientsPerHost], [300_000, 180_000, 100]);
});

Deno.test("gatherSettings() expands texts within an object of the file", () => {
  const files = { "t.json": '{"map": {"${MEMBER}": ":${PORT}"}}' };
  const { values } = gather({ args: ["--config=t.json"], env: { MEMBER: "db1", PORT: "7" }, files });
  assertEquals([...values.map], [["db1", ":7"]]);
});

Deno.test("gatherSettings() hands warnings of dvara's flags on", () => {
  assertEquals(gather({ args: ["-hard_restart=false"] }).warnings.length, 1);
});

Deno.test("gatherSettings() expands flags, and not the environment", () => {
  const env = { PW: "a${b}c", TORANA_PASSWORD: "${PW}" };
  assertEquals(gather({ args: ["--password=x${PW}y"], env }).values.password, "xa${b}cy");
  assertEquals(gather({ env }).values.password, "${PW}");
});

Deno.test("gatherSettings() expands pairs wherever they are from", () => {
  const env = { H: "host", TORANA_LISTEN: ":1=mongodb://${H}" };
  assertEquals(gather({ env }).pairs, [{ address: ":1", uri: "mongodb://host" }]);
});

Deno.test("gatherSettings() warns of variables that look misspelt, and of no others", () => {
  const env = {
    TORANA_LOG_LEVEL: "warn",
    TORANA_PASWORD: "secret",
    TORANA_PASSWORD: "pw",
    TORANA_PORT: "tcp://10.0.0.1:27016",
    TORANA_SPECS: "/specs",
    TORANA_MONGOD: "/mongod",
    MAX_CLIENT: "1",
  };
  assertEquals(gather({ env }).warnings, [
    "Variable TORANA_LOG_LEVEL was ignored, TORANA_LOGLEVEL is meant perhaps",
    "Variable TORANA_PASWORD was ignored, TORANA_PASSWORD is meant perhaps",
  ]);
});

const FAULTS: readonly (readonly [given: Given, message: string])[] = [
  [{ args: ["--wait-timeout=soon"] }, 'Flag --wait-timeout is "soon", expected a time such as 500ms'],
  [{ args: ["--loglevel", "loud"] }, 'Flag --loglevel is "loud", expected one of debug, info'],
  [{ args: ["--ping=maybe"] }, 'Flag --ping is "maybe", expected true or false'],
  [{ args: ["-max-clients="] }, 'Flag --max-clients is "", expected an integer of at least 1'],
  [{ env: { TORANA_MAX_CLIENTS: "many" } }, 'Variable TORANA_MAX_CLIENTS is "many", expected an integer of at least 1'],
  [{ env: { TORANA_PING: "?" } }, 'Variable TORANA_PING is "?", expected true or false'],
  [{ args: ["--ports=6010-6000"] }, 'Flag --ports is "6010-6000", expected ports from 1 to 65535, such as 6000-6010'],
  [{ args: ["--map=db1"] }, 'Flag --map is "db1", expected a listening address for each member, such as db1:27017='],
  [{ args: ["--advertised-wire-version=new"] }, "expected an integer from 0 to 2147483647 or server"],
  [{ args: ["--legacy-opcodes=no"] }, "expected one of auto, translate, forward"],
  [{ env: { TORANA_LISTEN: "x" } }, "Pair 1 of TORANA_LISTEN is not address=uri"],
  [{ args: ["--config=no.json"] }, "Cannot read the file no.json of --config: No such file: no.json"],
  [{ env: { TORANA_CONFIG: "no.json" } }, "Cannot read the file no.json of --config"],
  [{ args: ["--config=b.json"], files: { "b.json": "{" } }, "b.json:1:2 is not JSON"],
  [{ args: ["--username=${UNSET}"] }, "Environment variable UNSET is not set; Flag --username asks for it"],
  [{ args: ["x", ":1=mongodb://h"] }, "Pair 1 of argument 1 is not address=uri"],
  [{ args: [":1=mongodb://h", "y"] }, "Pair 1 of argument 2 is not address=uri"],
];

for (const [given, message] of FAULTS) {
  Deno.test(`gatherSettings() refuses ${JSON.stringify(given)}`, () => {
    assertThrows(() => gather(given), ConfigError, message);
  });
}
