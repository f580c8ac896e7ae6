import { assertEquals, assertThrows } from "@std/assert";
import { MongoAPIError } from "../../../driver/error.ts";
import { ReadPreference, validateReadPreference } from "../../../driver/selection/read_preference.ts";

Deno.test("validateReadPreference() refuses tags and staleness with primary", () => {
  assertThrows(() => validateReadPreference({ mode: "primary", tags: [{ dc: "x" }] }), MongoAPIError, "tags");
  assertThrows(() => validateReadPreference({ mode: "primary", maxStalenessSeconds: 90 }), MongoAPIError, "Staleness");
});

Deno.test("validateReadPreference() accepts what means nothing with primary", () => {
  validateReadPreference({ mode: "primary", tags: [{}], maxStalenessSeconds: -1 });
  validateReadPreference({ mode: "secondary", tags: [{ dc: "x" }], maxStalenessSeconds: 90 });
});

Deno.test("ReadPreference makes what plain objects say, and refuses what contradicts itself", () => {
  const whole = new ReadPreference(ReadPreference.SECONDARY, [{ dc: "x" }], { maxStalenessSeconds: 120 });
  assertEquals({ ...whole }, { mode: "secondary", tags: [{ dc: "x" }], maxStalenessSeconds: 120 });
  assertEquals({ ...new ReadPreference("nearest") }, ReadPreference.nearest);
  assertThrows(() => new ReadPreference("primary", [{ dc: "x" }]), MongoAPIError, "tags");
});
