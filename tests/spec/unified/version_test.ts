import { assertEquals, assertThrows } from "@std/assert";
import { assertSchemaVersion, compareVersions, parseVersion } from "./version.ts";

Deno.test("parseVersion() fills in what is missing and drops what comes after", () => {
  assertEquals(parseVersion("4"), [4, 0, 0]);
  assertEquals(parseVersion("4.10"), [4, 10, 0]);
  assertEquals(parseVersion("4.9.0-alpha4-271-g7d5cf02"), [4, 9, 0]);
  assertThrows(() => parseVersion("four"), Error, "Not a version");
});

Deno.test("compareVersions() compares numbers", () => {
  assertEquals(compareVersions([4, 0, 10], [4, 0, 9]) > 0, true);
  assertEquals(compareVersions([4, 0, 10], [4, 2, 0]) < 0, true);
  assertEquals(compareVersions([1, 2, 3], [1, 2, 3]), 0);
});

Deno.test("assertSchemaVersion() refuses versions that the runner does not know", () => {
  for (const version of ["1.0", "1.9", "1.28.0"]) assertSchemaVersion(version);
  for (const version of ["0.1", "1.29", "2.0"]) assertThrows(() => assertSchemaVersion(version), Error, version);
});
