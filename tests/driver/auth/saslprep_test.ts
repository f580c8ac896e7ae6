import { assertEquals, assertThrows } from "@std/assert";
import { saslprep } from "../../../driver/auth/saslprep.ts";
import { MongoAuthError } from "../../../driver/error.ts";

Deno.test("saslprep prepares the examples of RFC 4013", () => {
  assertEquals(saslprep("I\u00adX"), "IX");
  assertEquals(saslprep("user"), "user");
  assertEquals(saslprep("USER"), "USER");
  assertEquals(saslprep("\u00aa"), "a");
  assertEquals(saslprep("\u2168"), "IX");
  assertThrows(() => saslprep("\u0007"), MongoAuthError, "prohibits");
  assertThrows(() => saslprep("\u0627\u0031"), MongoAuthError, "writing directions");
});

Deno.test("saslprep maps spaces and drops invisible characters", () => {
  assertEquals(saslprep("a\u00a0b\u3000c\u200bd"), "a b c d");
  assertEquals(saslprep("\ufe00\u2060a\u00ad"), "a");
  assertEquals(saslprep(""), "");
  assertEquals(saslprep("\u00ad"), "");
});

Deno.test("saslprep refuses each prohibited table", () => {
  const samples = [
    "\u007f",
    "\u0085",
    "\u06dd",
    "\ue000",
    "\ufdd0",
    "\u{10ffff}",
    "\ud800",
    "\ufffd",
    "\u2ff0",
    "\u202e",
    "\u{e0001}",
  ];
  for (const sample of samples) {
    assertThrows(() => saslprep(`a${sample}`), MongoAuthError, "prohibits", sample.codePointAt(0)!.toString(16));
  }
});

Deno.test("saslprep takes right-to-left text that is nothing else", () => {
  assertEquals(saslprep("\u0627\u0031\u0628"), "\u0627\u0031\u0628");
  assertThrows(() => saslprep("\u0627a\u0628"), MongoAuthError, "writing directions");
  assertThrows(() => saslprep("1\u0628"), MongoAuthError, "writing directions");
});

Deno.test("saslprep takes unassigned characters in queries only", () => {
  assertThrows(() => saslprep("\u0221"), MongoAuthError, "not assigned");
  assertThrows(() => saslprep("\u{1f600}"), MongoAuthError, "not assigned");
  assertEquals(saslprep("\u{1f600}", { allowUnassigned: true }), "\u{1f600}");
});

Deno.test("saslprep shows nothing of the password in its errors", () => {
  const error = assertThrows(() => saslprep("hunter2\u0007"), MongoAuthError);
  assertEquals(error.message, "Password has a character that SASLprep prohibits");
});
