import { assertEquals } from "@std/assert";
import { HostNames } from "../../../proxy/mirror/host_names.ts";

const NAMES = new HostNames([
  ["db1.example.com:27017", "proxy:6000"],
  ["db2.example.com:27017", "proxy:6001"],
  ["[::1]:27017", "proxy:6002"],
  ["hidden:27017", null],
]);

Deno.test("HostNames.told() tells addresses of clients, nothing for who is left out, undefined for others", () => {
  assertEquals(NAMES.told("db1.example.com:27017"), "proxy:6000");
  assertEquals(NAMES.told("DB1.Example.com:27017"), "proxy:6000");
  assertEquals(NAMES.told("hidden:27017"), null);
  assertEquals(NAMES.told("db3.example.com:27017"), undefined);
});

Deno.test("HostNames.list() leaves out whom clients are not told of", () => {
  assertEquals(NAMES.list(["db2.example.com:27017", "hidden:27017", "new:27017"]), ["proxy:6001"]);
});

Deno.test("HostNames.reword() replaces an address that is the whole text", () => {
  assertEquals(NAMES.reword("db2.example.com:27017"), "proxy:6001");
  assertEquals(NAMES.reword("hidden:27017"), "");
});

Deno.test("HostNames.reword() replaces addresses inside texts", () => {
  assertEquals(
    NAMES.reword("sync from Db1.example.com:27017, not from db2.example.com:27017."),
    "sync from proxy:6000, not from proxy:6001.",
  );
  assertEquals(NAMES.reword("rs/db1.example.com:27017,[::1]:27017"), "rs/proxy:6000,proxy:6002");
  assertEquals(NAMES.reword("waits for hidden:27017"), "waits for (a member without a listener)");
});

Deno.test("HostNames.reword() leaves alone what only looks alike", () => {
  for (
    const text of ["xdb1.example.com:27017", "db1.example.com:270170", "db1-example.com:27017", "db1xexample.com:27017"]
  ) {
    assertEquals(NAMES.reword(text), text);
  }
});

Deno.test("HostNames.reword() replaces each address once, also where addresses of clients are members' too", () => {
  const swapped = new HostNames([["a:1", "b:2"], ["b:2", "a:1"]]);
  assertEquals(swapped.reword("from a:1 to b:2"), "from b:2 to a:1");
});

Deno.test("HostNames.areIn() says whether a text names a member", () => {
  assertEquals(NAMES.areIn("lost db1.example.com:27017"), true);
  assertEquals(NAMES.areIn("lost a server"), false);
  assertEquals(new HostNames([]).areIn("lost db1.example.com:27017"), false);
});
