import { assertEquals, assertThrows } from "@std/assert";
import { ConfigError } from "../../../proxy/cli/config_error.ts";
import { gatherSettings } from "../../../proxy/cli/gather_settings.ts";
import { loadMirror } from "../../../proxy/cli/load_mirror.ts";
import { DEFAULT_LIMITS } from "../../../proxy/limits.ts";

function load(...args: string[]) {
  return loadMirror(gatherSettings({ args, env: {}, readFile: () => "" }));
}

const SET = "--mirror=mongodb://a,b/?replicaSet=rs";

Deno.test("loadMirror() makes nothing without --mirror", () => {
  assertEquals(load(":1=mongodb://h"), null);
});

Deno.test("loadMirror() makes a mirror with the defaults", () => {
  const { mirror, uri, warnings } = load(SET)!;
  const { seeds, gateway, ...rest } = mirror;
  assertEquals(seeds.options, { replicaSet: "rs" });
  assertEquals(rest, {
    label: "rs",
    listenHost: "0.0.0.0",
    ports: [6000, 6001, 6002, 6003, 6004, 6005, 6006, 6007, 6008, 6009, 6010],
    map: new Map(),
    advertise: null,
  });
  assertEquals([gateway.limits, gateway.maxWireVersion, gateway.unlink], [DEFAULT_LIMITS, null, false]);
  assertEquals([uri, warnings], ["mongodb://a,b/?replicaSet=rs", []]);
});

Deno.test("loadMirror() names members of the map as the set's configuration does", () => {
  const { map, ports } = load(SET, "--map=A=127.0.0.1:7,b:5=:8", "--network=tcp6")!.mirror;
  assertEquals([...map], [
    ["a:27017", { kind: "tcp", host: "127.0.0.1", port: 7 }],
    ["b:5", { kind: "tcp", host: "::", port: 8 }],
  ]);
  assertEquals(ports, []);
});

Deno.test("loadMirror() gives nobody else a port of the map", () => {
  assertEquals(load(SET, "--ports=5-8", "--map=a=:6")!.mirror.ports, [5, 7, 8]);
});

for (
  const [text, host] of [["proxy.Example.com", "proxy.example.com"], ["10.0.0.1", "10.0.0.1"], ["::1", "::1"], [
    "[fe80::1%eth0]",
    "fe80::1%eth0",
  ]] as const
) {
  Deno.test(`loadMirror() takes ${text} as a host`, () => {
    const { listenHost, advertise } = load(SET, `--listen-host=${text}`, `--advertise=${text}`)!.mirror;
    assertEquals([listenHost, advertise], [host, host]);
  });
}

for (
  const [args, label] of [
    [["--mirror=mongodb://a/?replicaSet=rs&label=shop"], "shop"],
    [["--mirror=mongodb://a"], "mirror"],
  ] as const
) {
  Deno.test(`loadMirror() calls ${args[0]} ${label}`, () => assertEquals(load(...args)?.mirror.label, label));
}

Deno.test("loadMirror() fills user name and password in, and hands warnings on", () => {
  const { mirror, uri, warnings } = load("--username=u", "--password=p", "--mirror=mongodb://a/?frob=1")!;
  assertEquals([mirror.seeds.credentials?.username, uri], ["u", "mongodb://u:p@a/?frob=1"]);
  assertEquals(warnings, ['Mirror mirror: Unsupported option "frob" was ignored']);
});

Deno.test("loadMirror() takes dvara's command line", () => {
  const { mirror } = load("-addrs=h1:27017,h2:27017", "-port_start=6000", "-port_end=6002", "-max_connections=50")!;
  assertEquals(mirror.seeds.hosts.map((host) => host.kind === "tcp" && host.host), ["h1", "h2"]);
  assertEquals(mirror.ports, [6000, 6001, 6002]);
  assertEquals(mirror.seeds.options, { maxPoolSize: 50, maxIdleTimeMS: 3_600_000 });
  const { messageTimeoutMS, clientIdleTimeoutMS, maxClientsPerHost } = mirror.gateway.limits;
  assertEquals({ messageTimeoutMS, clientIdleTimeoutMS, maxClientsPerHost }, {
    messageTimeoutMS: 120_000,
    clientIdleTimeoutMS: 3_600_000,
    maxClientsPerHost: 100,
  });
});

const FAULTS: readonly (readonly [args: readonly string[], message: string])[] = [
  [["--ports=7"], "Flag --ports is for a mirror, expected --mirror=URI with it"],
  [["--map=a=:1"], "Flag --map is for a mirror"],
  [["--advertise=h"], "Flag --advertise is for a mirror"],
  [["--listen-host=h"], "Flag --listen-host is for a mirror"],
  [[SET, "--workers=2"], "Flag --workers is 2, expected 1 with --mirror: one thread serves a mirror"],
  [[SET, "--workers=auto"], "Flag --workers is auto, expected 1 with --mirror"],
  [[SET, "--ports="], "Flag --ports is empty, expected ports, or listeners of members by --map"],
  [[SET, "--network=unix"], "Network unix cannot be used with --mirror"],
  [[SET, "--map=a=/tmp/x.sock"], "Flag --map has the path /tmp/x.sock, expected host:port or :port for a"],
  [[SET, "--map=a=:7,b=:7"], "Flag --map has 0.0.0.0:7 twice, expected an address of its own for each member"],
  [[SET, "--map=a=:7,A:27017=:8"], "Flag --map names a:27017 twice, expected every member once"],
  [[SET, "--map=a=7"], 'Flag --map, listener of a: Invalid address "7", expected a colon before the port, as in ":7"'],
  [[SET, "--map=a:x=:7"], 'Flag --map names the member "a:x": Invalid port of host "a"'],
  [[SET, "--advertise=h:7"], 'Flag --advertise is "h:7", expected a name or address without a port'],
  [[SET, "--listen-host=a b"], 'Flag --listen-host is "a b", expected a name or address without a port'],
  [["--mirror=h1,h2"], "Mirror: "],
  [["--mirror=mongodb://a/?directConnection=true"], 'Mirror: Option "directConnection" cannot be used'],
  [["--mirror=mongodb://a/?loadBalanced=true"], 'Mirror: Option "loadBalanced" cannot be used'],
  [["--mirror=mongodb://u@a"], 'Mirror: Missing password of "u"'],
];

for (const [args, message] of FAULTS) {
  Deno.test(`loadMirror() refuses ${args.join(" ")}`, () => {
    assertThrows(() => load(...args), ConfigError, message);
  });
}
