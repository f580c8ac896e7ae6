import { assertEquals } from "@std/assert";
import { errorName } from "../../../proxy/last_error/error_names.ts";

Deno.test("errorName() gives the server's names, and a location where there is none", () => {
  const names = [2, 66, 11000, 10107, 17280, 10038, 16257].map(errorName);
  assertEquals(names, [
    "BadValue",
    "ImmutableField",
    "DuplicateKey",
    "NotWritablePrimary",
    "OBSOLETE_KeyTooLong",
    "Location10038",
    "Location16257",
  ]);
});
