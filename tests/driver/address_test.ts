import { assertEquals, assertThrows } from "@std/assert";
import { formatHostAddress, parseHostAddress } from "../../driver/address.ts";
import { MongoParseError } from "../../driver/error.ts";

Deno.test("parseHostAddress reads names, IP addresses and sockets", () => {
  assertEquals(parseHostAddress("Db.Example.COM"), { kind: "tcp", host: "db.example.com", port: 27017 });
  assertEquals(parseHostAddress("127.0.0.1:1"), { kind: "tcp", host: "127.0.0.1", port: 1 });
  assertEquals(parseHostAddress("[::1]:65535"), { kind: "tcp", host: "::1", port: 65535 });
  assertEquals(parseHostAddress("[FE80::1%eth0]"), { kind: "tcp", host: "fe80::1%eth0", port: 27017 });
  assertEquals(parseHostAddress("/tmp/Mongo-1.sock"), { kind: "unix", path: "/tmp/Mongo-1.sock" });
});

Deno.test("parseHostAddress refuses what is no address", () => {
  const texts = [
    "",
    ":1",
    "a:",
    "a:0",
    "a:65536",
    "a:1.5",
    "a: 1",
    "a:+1",
    "::1",
    "[::1",
    "[::1]x",
    "[a]",
    "a b",
    "u@a",
    "a%20",
  ];
  for (const text of texts) assertThrows(() => parseHostAddress(text), MongoParseError, undefined, text);
});

Deno.test("parseHostAddress keeps the text of a bad port out of its message", () => {
  const error = assertThrows(() => parseHostAddress("alice:hunter2"), MongoParseError);
  assertEquals(error.message, 'Invalid port of host "alice", expected an integer from 1 to 65535');
});

Deno.test("formatHostAddress writes what parseHostAddress reads", () => {
  for (const text of ["a:1", "[::1]:27017", "[fe80::1%eth0]:5", "/tmp/m.sock"]) {
    assertEquals(formatHostAddress(parseHostAddress(text)), text);
  }
});
