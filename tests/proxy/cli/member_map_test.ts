import { assertEquals } from "@std/assert";
import { memberMap } from "../../../proxy/cli/member_map.ts";

const PAIRS = [["db1:27017", ":6000"], ["db2", "127.0.0.1:6001"]] as const;
const TEXT = "db1:27017=:6000,db2=127.0.0.1:6001";

Deno.test("memberMap reads pairs, and back what it writes", () => {
  assertEquals([...memberMap.parse(TEXT)!], PAIRS.map(([...pair]) => pair));
  assertEquals([...memberMap.parse(" db1:27017 = :6000 , db2=127.0.0.1:6001,")!], PAIRS.map(([...pair]) => pair));
  assertEquals(memberMap.format(memberMap.parse(TEXT)!), TEXT);
  assertEquals(memberMap.parse("")!.size, 0);
});

for (const text of ["db1", "db1=", "=:6000", "db1=:1=:2", "db1=:1,db1=:2"]) {
  Deno.test(`memberMap refuses ${text}`, () => assertEquals(memberMap.parse(text), null));
}

Deno.test("memberMap accepts a text and an object of a file", () => {
  assertEquals(memberMap.accept(TEXT)?.size, 2);
  assertEquals([...memberMap.accept(new Map(PAIRS))!], PAIRS.map(([...pair]) => pair));
  for (const json of [new Map([["db1", 1]]), ["db1=:1"], 1, null]) assertEquals(memberMap.accept(json), null);
});
