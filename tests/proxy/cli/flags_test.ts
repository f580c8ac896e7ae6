import { assert, assertEquals, assertMatch } from "@std/assert";
import { FLAG_KEYS, flagName, flagOf, isAllowedIn, LISTEN_KEY, variableName } from "../../../proxy/cli/flags.ts";
import { helpText } from "../../../proxy/cli/help.ts";
import { FLAGS_PAGE, flagsPage } from "../../../tools/flags_page.ts";
import { repositoryPath } from "../../../tools/import_map.ts";

Deno.test("FLAGS has the flags of mongobetween that are supported, with its defaults", () => {
  const expected = {
    network: "tcp4",
    unlink: false,
    username: "",
    password: "",
    ping: false,
    pretty: false,
    logLevel: "info",
  } as const;
  for (const [name, value] of Object.entries(expected)) {
    const key = FLAG_KEYS.find((candidate) => candidate === name);
    assert(key !== undefined);
    assertEquals(flagOf(key).default, value);
  }
  assertEquals(flagName("logLevel"), "loglevel");
});

Deno.test("FLAGS has defaults that its own kinds accept", () => {
  for (const key of FLAG_KEYS) {
    const { kind, default: byDefault } = flagOf(key);
    assertEquals(kind.parse(kind.format(byDefault)), byDefault);
  }
});

Deno.test("FLAGS hides what may have a password, and nothing else", () => {
  assertEquals(FLAG_KEYS.filter((key) => flagOf(key).isSecret), ["password", "mirror"]);
});

Deno.test("variableName() gives every flag a name of its own", () => {
  const names = [variableName(LISTEN_KEY), ...FLAG_KEYS.map(variableName)];
  assertEquals(new Set(names).size, names.length);
  for (const name of names) assertMatch(name, /^TORANA_[A-Z_]+$/);
  assertEquals(variableName("maxClients"), "TORANA_MAX_CLIENTS");
  assertEquals(variableName("logLevel"), "TORANA_LOGLEVEL");
});

Deno.test("isAllowedIn() keeps the switches of one run out of the environment and the file", () => {
  const outOf = (place: "environment" | "file") => FLAG_KEYS.filter((key) => !isAllowedIn(key, place));
  assertEquals(outOf("environment"), ["checkConfig", "version", "help"]);
  assertEquals(outOf("file"), ["config", "checkConfig", "version", "help"]);
});

Deno.test("helpText() names every flag, its variable and its default", () => {
  const help = helpText();
  for (const key of FLAG_KEYS) {
    assert(help.includes(`  --${flagName(key)}`), key);
    assertEquals(help.includes(variableName(key)), isAllowedIn(key, "environment"), key);
  }
  assert(help.includes("TORANA_DRAIN_TIMEOUT, default 30s"));
  assert(help.includes("Examples:"));
});

Deno.test("helpText() fits a terminal of 120 columns", () => {
  assertEquals(helpText().split("\n").filter((text) => text.length > 120), []);
});

Deno.test("docs/flags.md is what tools/flags_page.ts writes", async () => {
  assertEquals(await Deno.readTextFile(repositoryPath(FLAGS_PAGE)), flagsPage());
});
