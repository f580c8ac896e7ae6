import { assertEquals, assertThrows } from "@std/assert";
import { formatHostAddress } from "../../../driver/address.ts";
import { ConfigError } from "../../../proxy/cli/config_error.ts";
import { gatherSettings } from "../../../proxy/cli/gather_settings.ts";
import { loadConfig } from "../../../proxy/cli/load_config.ts";
import { resolveUpstreams } from "../../../proxy/cli/resolve_upstreams.ts";
import { DEFAULT_LIMITS } from "../../../proxy/limits.ts";

function load(...args: string[]) {
  return loadConfig(gatherSettings({ args, env: {}, readFile: () => "" }));
}

Deno.test("loadConfig() makes a gateway of one pair and the defaults", () => {
  const { config, uris, warnings } = load(":27016=mongodb://db/?maxPoolSize=20");
  assertEquals(config.gateways.length, 1);
  const [gateway] = config.gateways;
  assertEquals(gateway?.listen, { kind: "tcp", host: "0.0.0.0", port: 27016 });
  assertEquals(gateway?.label, "0.0.0.0:27016");
  assertEquals(gateway?.upstream.options, { maxPoolSize: 20 });
  assertEquals(gateway?.limits, DEFAULT_LIMITS);
  assertEquals(gateway?.compressors, ["snappy", "zlib", "zstd"]);
  assertEquals(gateway?.unlink, false);
  assertEquals([...uris.values()], ["mongodb://db/?maxPoolSize=20"]);
  assertEquals(warnings, []);
  const { logLevel, pretty, ping, drainTimeoutMS } = config;
  assertEquals({ logLevel, pretty, ping, drainTimeoutMS }, {
    logLevel: "info",
    pretty: false,
    ping: false,
    drainTimeoutMS: 30_000,
  });
});

Deno.test("loadConfig() brings every limit to its place", () => {
  const { config } = load(
    ":1=mongodb://h",
    "--max-clients=1",
    "--max-clients-per-host=16",
    "--message-timeout=17",
    "--max-message-size=2000",
    "--max-waiting-requests=3",
    "--wait-timeout=4",
    "--client-idle-timeout=5",
    "--max-cursors=6",
    "--cursor-idle-timeout=7",
    "--max-transactions=8",
    "--transaction-idle-timeout=9",
    "--max-awaiting-share=0.1",
    "--max-pinned-share=0.2",
    "--abandoned-command-timeout=12",
    "--orphan-timeout=13",
    "--max-buffered-bytes=14",
    "--stall-timeout=15",
  );
  assertEquals(config.gateways[0]?.limits, {
    maxClients: 1,
    maxClientsPerHost: 16,
    maxMessageSizeBytes: 2_000,
    maxWaitingRequests: 3,
    waitTimeoutMS: 4,
    messageTimeoutMS: 17,
    clientIdleTimeoutMS: 5,
    maxCursors: 6,
    cursorIdleTimeoutMS: 7,
    maxTransactions: 8,
    transactionIdleTimeoutMS: 9,
    maxAwaitingShare: 0.1,
    maxPinnedShare: 0.2,
    abandonedCommandTimeoutMS: 12,
    orphanTimeoutMS: 13,
    maxBufferedBytes: 14,
    stallTimeoutMS: 15,
  });
});

Deno.test("loadConfig() takes switches, levels and times", () => {
  const { config } = load("-pretty", "-ping", "-unlink", "-compressors=none", "-drain-timeout=1m", "/x=mongodb://h");
  assertEquals([config.pretty, config.ping, config.drainTimeoutMS], [true, true, 60_000]);
  assertEquals([config.gateways[0]?.unlink, config.gateways[0]?.compressors], [true, []]);
});

for (
  const [given, level] of [
    ["debug", "debug"],
    ["info", "info"],
    ["warn", "warn"],
    ["error", "error"],
    ["dpanic", "error"],
    ["panic", "error"],
    ["FATAL", "error"],
  ] as const
) {
  Deno.test(`loadConfig() takes the level ${given} for ${level}`, () => {
    assertEquals(load(`-loglevel=${given}`, ":1=mongodb://h").config.logLevel, level);
  });
}

Deno.test("loadConfig() fills user name and password in", () => {
  const { config, uris } = load(
    "-username=app",
    "-password=p@ss",
    ":1=mongodb://_@a/?authSource=x",
    ":2=mongodb://u:p@b",
  );
  const credentials = config.gateways.map(({ upstream }) => upstream.credentials);
  assertEquals(credentials.map((each) => [each?.username, each?.password, each?.source]), [
    ["app", "p@ss", "x"],
    ["u", "p", "admin"],
  ]);
  assertEquals([...uris.values()], ["mongodb://app:p%40ss@a/?authSource=x", "mongodb://u:p@b"]);
});

Deno.test("loadConfig() takes the label out of the URI without a warning", () => {
  const { config, warnings } = load(
    ":1=mongodb://h/?label=or%20ders",
    ":2=mongodb://h/?Label=b",
    ":3=mongodb://h/?label=",
  );
  assertEquals(config.gateways.map(({ label }) => label), ["or ders", "b", "0.0.0.0:3"]);
  assertEquals(warnings, []);
});

Deno.test("loadConfig() takes the wire version for clients from the URI before the flag", () => {
  const { config, warnings } = load(
    "--advertised-wire-version=5",
    ":1=mongodb://h",
    ":2=mongodb://h/?maxWireVersion=0",
    "--mirror=mongodb://h/?maxwireversion=3",
  );
  assertEquals(config.gateways.map(({ maxWireVersion }) => maxWireVersion), [5, 0]);
  assertEquals(config.mirrors.map(({ gateway }) => gateway.maxWireVersion), [3]);
  assertEquals(warnings, []);
  assertEquals(load(":1=mongodb://h").config.gateways[0]?.maxWireVersion, null);
});

Deno.test("loadConfig() gives pools of URIs without sizes those of the flags", () => {
  const { config } = load(
    "--max-connections=7",
    "--server-idle-timeout=1m",
    ":1=mongodb://h",
    ":2=mongodb://h/?maxPoolSize=20&maxIdleTimeMS=5",
  );
  assertEquals(config.gateways.map(({ upstream }) => upstream.options), [
    { maxPoolSize: 7, maxIdleTimeMS: 60_000 },
    { maxPoolSize: 20, maxIdleTimeMS: 5 },
  ]);
});

Deno.test("loadConfig() takes pairs and a mirror together", () => {
  const { config, uris } = load(":1=mongodb://a", "--mirror=mongodb://b");
  assertEquals(config.gateways.length, 1);
  assertEquals(config.mirrors.length, 1);
  assertEquals([...uris.values()], ["mongodb://a", "mongodb://b"]);
});

Deno.test("loadConfig() hands warnings of a URI on, with the listener", () => {
  const { warnings } = load(":1=mongodb://h/?frob=1&maxPoolSize=-1");
  assertEquals(warnings, [
    'Listener 0.0.0.0:1: Unsupported option "frob" was ignored',
    'Listener 0.0.0.0:1: Invalid value "-1" of option "maxPoolSize" was ignored, expected an integer of at least 0',
  ]);
});

Deno.test("loadConfig() keeps the order of the pairs", () => {
  const { config } = load(":3=mongodb://c|:1=mongodb://a", "/x=mongodb://b");
  assertEquals(config.gateways.map(({ listen }) => formatHostAddress(listen)), ["0.0.0.0:3", "0.0.0.0:1", "/x"]);
});

const FAULTS: readonly (readonly [args: string[], message: string])[] = [
  [[], 'No address=uri given, expected for example ":27016=mongodb://localhost:27017"'],
  [[":1=mongodb://a", ":1=mongodb://b"], "Address 0.0.0.0:1 is given twice, expected every address once"],
  [[":1=mongodb://a|0.0.0.0:1=mongodb://b"], "Address 0.0.0.0:1 is given twice"],
  [["/x=mongodb://a", "/x=mongodb://b"], "Address /x is given twice"],
  [["LOCALHOST:1=mongodb://a", "localhost:1=mongodb://b"], "Address localhost:1 is given twice"],
  [["--mirror=mongodb://a", ":6003=mongodb://b"], "Address 0.0.0.0:6003 is given twice"],
  [["--mirror=mongodb://a", "--map=a=:1", ":1=mongodb://b"], "Address 0.0.0.0:1 is given twice"],
  [[":1=mongodb://h/?maxWireVersion=new"], 'Listener 0.0.0.0:1: Invalid value of option "maxWireVersion", expected an'],
  [["x=mongodb://a"], 'Invalid address "x", expected host:port'],
  [["-network=unixpacket", ":1=mongodb://a"], "Network unixpacket is not supported, expected unix"],
  [[":1=mongodb://"], "Listener 0.0.0.0:1: Missing host"],
  [[":1=mongodb://h:99999"], 'Listener 0.0.0.0:1: Invalid port of host "h"'],
  [[":1=mongodb://h/?tls=true&tlsInsecure=true&tlsAllowInvalidHostnames=true"], "Listener 0.0.0.0:1: Options "],
  [[":1=mongodb://u@h"], 'Listener 0.0.0.0:1: Missing password of "u", which SCRAM-SHA-256 needs, expected mongodb://'],
  [[":1=mongodb://u@h/?authMechanism=PLAIN"], 'Listener 0.0.0.0:1: Missing password of "u", which PLAIN needs'],
  [[":1=mongodb://u@h/?authMechanism=GSSAPI"], "Listener 0.0.0.0:1: Authentication with GSSAPI is not supported"],
  [[":1=mongodb://h/?proxyHost=x"], 'Listener 0.0.0.0:1: Option "proxyHost" is not supported'],
  [["-password=x", ":1=mongodb://h"], "Listener 0.0.0.0:1: Password given for a URI without a user name"],
];

for (const [args, message] of FAULTS) {
  Deno.test(`loadConfig() refuses ${args.join(" ") || "nothing"}`, () => {
    assertThrows(() => load(...args), ConfigError, message);
  });
}

Deno.test("resolveUpstreams() resolves a mirror's seeds and keeps what flags say of pools", async () => {
  const loaded = load("--max-connections=7", "--mirror=mongodb+srv://c.example.com");
  const { seeds } = loaded.config.mirrors[0]!;
  const found = { ...seeds, hosts: [{ kind: "tcp", host: "x", port: 1 }] as const, options: { replicaSet: "rs" } };
  const { mirrors } = await resolveUpstreams(loaded, () => Promise.resolve(found));
  assertEquals(mirrors[0]?.seeds.hosts, found.hosts);
  assertEquals(mirrors[0]?.seeds.options, { maxPoolSize: 7, tls: true, replicaSet: "rs" });
});

Deno.test("resolveUpstreams() resolves mongodb+srv with its credentials and leaves the rest", async () => {
  const loaded = load("-username=app", "-password=pw", ":1=mongodb+srv://c.example.com", ":2=mongodb://h");
  const asked: string[] = [];
  const resolved = { ...loaded.config.gateways[0]!.upstream, hosts: [{ kind: "tcp", host: "x", port: 1 }] as const };
  const config = await resolveUpstreams(loaded, (uri) => {
    asked.push(uri);
    return Promise.resolve(resolved);
  });
  assertEquals(asked, ["mongodb+srv://app:pw@c.example.com"]);
  assertEquals(config, {
    ...loaded.config,
    gateways: [{ ...loaded.config.gateways[0]!, upstream: resolved }, loaded.config.gateways[1]!],
  });
});
