import { assert, assertEquals } from "@std/assert";
import { repositoryPath } from "../../tools/import_map.ts";
import { planTests, testFiles } from "../../tools/test_plan.ts";

Deno.test("planTests() runs everything once, and names what is there", async () => {
  const [everything, ...again] = planTests(null);
  assertEquals(everything?.paths, ["tests/"]);
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

Deno.test("testFiles() names every test of the folders but those that are left out", () => {
  const [everything, onEpoll, withWorkers] = planTests(null).map(testFiles);
  assert(everything!.includes("tests/tools/test_plan_test.ts"));
  assert(everything!.includes("tests/layers_test.ts"));
  const ofProxy = (file: string) => file.startsWith("tests/proxy/") || file.startsWith("tests/live/");
  const leftOut = everything!.filter((file) => ofProxy(file) && !onEpoll!.includes(file));
  const isOfDriver = (file: string) => file.startsWith("tests/live/driver/");
  assert(leftOut.some(isOfDriver));
  assertEquals(leftOut.filter((file) => !isOfDriver(file)), [
    "tests/live/legacy/mixed_clients_test.ts",
    "tests/live/legacy/table/table_test.ts",
    "tests/live/mirror/addresses_test.ts",
    "tests/live/soak_test.ts",
    "tests/live/tls_test.ts",
    "tests/live/workers_test.ts",
  ]);
  assertEquals(withWorkers!.filter((file) => !file.startsWith("tests/live/")), ["tests/proxy/main_test.ts"]);
  assertEquals(withWorkers!.filter((file) => file.startsWith("tests/live/mirror/")), []);
});
