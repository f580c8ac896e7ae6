import { assertEquals } from "@std/assert";
import { nearest } from "../../../proxy/cli/nearest.ts";

const NAMES = ["network", "password", "ping", "pretty", "max-clients", "max-cursors", "h"];

for (
  const [given, expected] of [
    ["netwrk", "network"],
    ["Password", "password"],
    ["pasword", "password"],
    ["pnig", "ping"],
    ["maxclients", "max-clients"],
    ["max-curser", "max-cursors"],
    ["x", null],
    ["", null],
    ["something-else", null],
  ] as const
) {
  Deno.test(`nearest() takes ${JSON.stringify(given)} for ${expected ?? "nothing"}`, () => {
    assertEquals(nearest(given, NAMES), expected);
  });
}
