import { assert, assertEquals } from "@std/assert";
import { repositoryPath } from "../../tools/import_map.ts";
import { argumentsOf, planTests } from "../../tools/test_plan.ts";

Deno.test("planTests() runs everything once, and names what is there", async () => {
  const [everything, ...again] = planTests(null);
  assertEquals(everything && argumentsOf(everything), ["tests/"]);
  assertEquals(again.map(({ obstacle }) => obstacle), [null, null]);
  for (const { paths, leftOut } of again) {
    for (const path of [...paths, ...leftOut.flatMap(({ file }) => file ?? [])]) {
      assert(await Deno.stat(repositoryPath(path)), path);
    }
  }
});

Deno.test("planTests() says why nothing runs on a backend that cannot be had", () => {
  assertEquals(planTests("Not on Linux").flatMap(({ obstacle }) => obstacle ?? []), ["Not on Linux"]);
});

Deno.test("argumentsOf() leaves files out", () => {
  const leftOut = [{ what: "a", why: "b", file: "tests/c_test.ts" }, { what: "d", why: "e" }, {
    what: "f",
    why: "g",
    file: "tests/h_test.ts",
  }];
  const run = { what: "", paths: ["tests/"], env: {}, obstacle: null, leftOut };
  assertEquals(argumentsOf(run), ["--ignore=tests/c_test.ts,tests/h_test.ts", "tests/"]);
});
