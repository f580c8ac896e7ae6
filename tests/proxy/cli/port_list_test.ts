import { assertEquals } from "@std/assert";
import { portList } from "../../../proxy/cli/port_list.ts";

const READ: readonly (readonly [text: string, ports: readonly number[]])[] = [
  ["", []],
  ["6000", [6000]],
  ["6000-6002", [6000, 6001, 6002]],
  ["6000-6000", [6000]],
  ["7, 5-6 ,65535", [7, 5, 6, 65535]],
  ["5-7,6,9", [5, 6, 7, 9]],
];

for (const [text, ports] of READ) {
  Deno.test(`portList reads ${JSON.stringify(text)}`, () => {
    assertEquals(portList.parse(text), ports);
    assertEquals(portList.parse(portList.format(ports)), ports);
    assertEquals(portList.accept(text), ports);
  });
}

for (const text of ["6002-6000", "0", "1-65536", "70000", "a", "1,,2", "1-", "-1", "1-2-3", "1.5", ","]) {
  Deno.test(`portList refuses ${JSON.stringify(text)}`, () => assertEquals(portList.parse(text), null));
}

Deno.test("portList accepts numbers and arrays of a file", () => {
  assertEquals(portList.accept(6000), [6000]);
  assertEquals(portList.accept([6000, "7-8"]), [6000, 7, 8]);
  for (const json of [0, 1.5, null, true, [null], [[1]], new Map()]) assertEquals(portList.accept(json), null);
});

Deno.test("portList writes ports that follow one another as a range", () => {
  assertEquals(portList.format([1, 2, 3, 5, 4]), "1-3,5,4");
});
