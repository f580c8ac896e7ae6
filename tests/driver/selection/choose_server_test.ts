import { assertEquals } from "@std/assert";
import { chooseServer } from "../../../driver/selection/choose_server.ts";

const LOADS: Record<string, number> = { a: 3, b: 1, c: 2 };
const loadOf = (server: string) => LOADS[server]!;

Deno.test("chooseServer() gives null for none and the only one for one", () => {
  assertEquals(chooseServer<string>([], loadOf), null);
  assertEquals(chooseServer(["a"], loadOf), "a");
});

Deno.test("chooseServer() compares two different servers, whatever the random numbers", () => {
  for (const first of [0, 0.5, 0.999]) {
    for (const second of [0, 0.5, 0.999]) {
      const numbers = [first, second];
      // The busiest loses against any other.
      assertEquals(chooseServer(["a", "b", "c"], loadOf, () => numbers.shift()!) === "a", false);
    }
  }
});
