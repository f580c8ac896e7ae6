import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { MongoAPIError } from "../../../driver/error.ts";
import { inheritSettings, type OperationSettings } from "../../../driver/operation/operation_settings.ts";

const PARENT: OperationSettings = {
  readConcern: { level: "majority" },
  writeConcern: { w: 2 },
  readPreference: { mode: "nearest" },
  timeoutMS: 5,
  bson: { promoteLongs: false },
};

Deno.test("inheritSettings takes over what is not set", () => {
  assertEquals(inheritSettings(PARENT, {}), PARENT);
  assertStrictEquals(inheritSettings(PARENT, {}).bson, PARENT.bson);
});

Deno.test("inheritSettings replaces what is set, in whole", () => {
  const settings = inheritSettings(PARENT, {
    readConcern: "local",
    writeConcern: { journal: true, wtimeout: 1 },
    readPreference: "secondary",
    timeoutMS: 0,
    useBigInt64: true,
  });
  assertEquals(settings, {
    readConcern: { level: "local" },
    writeConcern: { journal: true, wtimeoutMS: 1 },
    readPreference: { mode: "secondary" },
    timeoutMS: 0,
    bson: { promoteLongs: false, useBigInt64: true },
  });
});

Deno.test("inheritSettings goes back to the server's default where it is asked for", () => {
  assertEquals(inheritSettings(PARENT, { readConcern: {} }).readConcern, {});
  assertEquals(inheritSettings(PARENT, { writeConcern: {} }).writeConcern, {});
});

Deno.test("inheritSettings refuses a read preference that contradicts itself", () => {
  const readPreference = { mode: "primary", tags: [{ dc: "x" }] } as const;
  assertThrows(() => inheritSettings(PARENT, { readPreference }), MongoAPIError);
});
