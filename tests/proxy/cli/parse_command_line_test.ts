import { assertEquals, assertThrows } from "@std/assert";
import { ConfigError } from "../../../proxy/cli/config_error.ts";
import { FLAG_KEYS, type FlagKey, flagName, flagOf } from "../../../proxy/cli/flags.ts";
import { parseCommandLine } from "../../../proxy/cli/parse_command_line.ts";
import { messageOf } from "./message_of.ts";

const PAIR = ":1=mongodb://h/?a=b";

const CASES: readonly (readonly [name: string, args: string[], flags: [FlagKey, string][], pairs: string[]])[] = [
  ["nothing", [], [], []],
  ["two dashes and =", ["--network=tcp6"], [["network", "tcp6"]], []],
  ["two dashes and the next argument", ["--network", "tcp6", PAIR], [["network", "tcp6"]], [PAIR]],
  ["one dash and =", ["-network=tcp6"], [["network", "tcp6"]], []],
  ["one dash and the next argument", ["-network", "tcp6", PAIR], [["network", "tcp6"]], [PAIR]],
  ["a switch before a pair", ["-ping", PAIR], [["ping", "true"]], [PAIR]],
  ["a switch with a value", ["-ping=false", "--unlink=1"], [["unlink", "1"], ["ping", "false"]], []],
  ["flags after and between pairs", [PAIR, "-pretty", ":2=x", "-ping"], [["ping", "true"], ["pretty", "true"]], [
    PAIR,
    ":2=x",
  ]],
  ["a repeated flag, the last counts", ["-username=a", "-username", "b"], [["username", "b"]], []],
  ["an empty value", ["--username=", "--password", ""], [["username", ""], ["password", ""]], []],
  ["a value with =", ["--password=a=b==", "--username", "c=d"], [["username", "c=d"], ["password", "a=b=="]], []],
  ["a value that begins with a dash", ["--password", "-p-", "--username=--x"], [["username", "--x"], [
    "password",
    "-p-",
  ]], []],
  ["a value of two lines", ["--password=a\nb"], [["password", "a\nb"]], []],
  ["a value that looks like a number", ["--username", "007", "--password=1e3"], [["username", "007"], [
    "password",
    "1e3",
  ]], []],
  [
    "names in several words",
    ["-max-clients", "5", "--wait-timeout=3s"],
    [["maxClients", "5"], ["waitTimeout", "3s"]],
    [],
  ],
  ["mongobetween's spelling of the level", ["-loglevel", "debug"], [["logLevel", "debug"]], []],
  [
    "underscores for dashes",
    ["-max_clients=5", "--wait_timeout", "3s"],
    [["maxClients", "5"], ["waitTimeout", "3s"]],
    [],
  ],
  ["dvara's names", ["-max_per_client_connections=5", "-message_timeout", "2m", "-server_idle_timeout=1h"], [
    ["serverIdleTimeout", "1h"],
    ["maxClientsPerHost", "5"],
    ["messageTimeout", "2m"],
  ], []],
  ["dvara's members and ports", ["-addrs=a:1,b", "-port_start=7000", "-port_end", "7010"], [
    ["mirror", "mongodb://a:1,b/"],
    ["ports", "7000-7010"],
  ], []],
  ["-h", ["-h"], [["help", "true"]], []],
  ["pairs after --", ["-ping", "--", "-x", "--ping", "7"], [["ping", "true"]], ["-x", "--ping", "7"]],
  ["pairs that look like numbers", ["27017", "1.50"], [], ["27017", "1.50"]],
  ["keys of objects as pairs", ["__proto__=1", "constructor"], [], ["__proto__=1", "constructor"]],
];

for (const [name, args, flags, pairs] of CASES) {
  Deno.test(`parseCommandLine() takes ${name}`, () => {
    const parsed = parseCommandLine(args);
    assertEquals([...parsed.flags], flags);
    assertEquals(parsed.pairs, pairs);
  });
}

Deno.test("parseCommandLine() knows every flag of the table in every form", () => {
  for (const key of FLAG_KEYS) {
    for (const dashes of ["-", "--"]) {
      const flag = `${dashes}${flagName(key)}`;
      assertEquals([...parseCommandLine([`${flag}=x`]).flags], [[key, "x"]]);
      const isSwitch = flagOf(key).default === false;
      assertEquals([...parseCommandLine(isSwitch ? [flag] : [flag, "x"]).flags], [[key, isSwitch ? "true" : "x"]]);
    }
  }
});

const FAULTS: readonly (readonly [args: string[], message: string])[] = [
  [["--max-client=5"], "Unknown flag --max-client, expected --max-clients perhaps"],
  [["-netwrok", "tcp"], "Unknown flag -netwrok, expected --network perhaps"],
  [["--log-level=debug"], "Unknown flag --log-level, expected --loglevel perhaps"],
  [["--maxClients=1"], "Unknown flag --maxClients, expected --max-clients perhaps"],
  [["--zzz"], "Unknown flag --zzz, --help lists all"],
  [["-ping", "-z"], "Unknown flag -z, --help lists all"],
  [["--__proto__=1"], "Unknown flag in argument 1, --help lists all"],
  [["--constructor"], "Unknown flag --constructor, --help lists all"],
  [["---network=tcp"], "Unknown flag in argument 1, expected --network perhaps"],
  [["--network"], "Flag --network has no value, expected one of tcp, tcp4, tcp6, unix, unixpacket and found nothing"],
  [["--wait-timeout"], "Flag --wait-timeout has no value"],
  [["--username", "--password", "x"], "Flag --username has no value, expected a text and found the flag --password"],
  [["-config", "-ping"], "Flag --config has no value, expected a text and found the flag -ping"],
  [["--max_client=5"], "Unknown flag --max_client, expected --max-clients perhaps"],
  [["-port_strat=5"], "Unknown flag in argument 1, expected --port-start perhaps"],
  [
    ["-addrs", "-port_start=1"],
    "Flag --addrs has no value, expected members such as db1:27017,db2:27017 and found the",
  ],
  [["-addrs=h", "--mirror=mongodb://h"], "Flag --mirror and dvara's flag for the same are both given, expected one"],
  [["-port_end=6007", "--ports=7"], "Flag --ports and dvara's flag for the same are both given, expected one of them"],
  [["-statsd", "localhost:8125"], "Flag --statsd of mongobetween is not supported, "],
  [["-dynamic=http://x"], "Flag --dynamic of mongobetween is not supported, "],
  [["-enable-sdam-metrics"], "Flag --enable-sdam-metrics of mongobetween is not supported, "],
  [["--enable-sdam-logging=false"], "Flag --enable-sdam-logging of mongobetween is not supported, "],
];

for (const [args, message] of FAULTS) {
  Deno.test(`parseCommandLine() refuses ${args.join(" ")}`, () => {
    assertThrows(() => parseCommandLine(args), ConfigError, message);
  });
}

for (const args of [["-psecret"], ["-pSeCrEt"], ["--username", "x", "-p=secret"], ["--secret!=1"], ["-p", "secret"]]) {
  Deno.test(`parseCommandLine() shows no password that is written as ${args.join(" ")}`, () => {
    assertEquals(/secret/i.test(messageOf(() => parseCommandLine(args))), false);
  });
}
