import { assertEquals, assertThrows } from "@std/assert";
import { type ClientOptions, clientSettings, withClientOptions } from "../../driver/client_settings.ts";
import { parseConnectionString } from "../../driver/connection_string.ts";
import { MongoAPIError, MongoParseError } from "../../driver/error.ts";

function settings(uri: string, options: ClientOptions = {}) {
  return clientSettings(withClientOptions(parseConnectionString(uri), options), options);
}

Deno.test("clientSettings has the driver's defaults", () => {
  assertEquals(settings("mongodb://a"), {
    operations: {
      readConcern: {},
      writeConcern: {},
      readPreference: { mode: "primary" },
      timeoutMS: undefined,
      bson: {},
    },
    retries: { retryReads: true, retryWrites: true, maxAdaptiveRetries: 2, enableOverloadRetargeting: false },
    serverApi: null,
    monitorsCommands: true,
    socketTimeoutMS: 0,
  });
});

Deno.test("clientSettings reads concerns and read preference out of the connection string", () => {
  const { operations } = settings(
    "mongodb://a/?w=2&wtimeoutMS=5&journal=true&readConcernLevel=majority" +
      "&readPreference=secondary&readPreferenceTags=dc:x&maxStalenessSeconds=120&timeoutMS=7",
  );
  assertEquals(operations, {
    readConcern: { level: "majority" },
    writeConcern: { w: 2, wtimeoutMS: 5, journal: true },
    readPreference: { mode: "secondary", tags: [{ dc: "x" }], maxStalenessSeconds: 120 },
    timeoutMS: 7,
    bson: {},
  });
});

Deno.test("clientSettings lets options in code win", () => {
  const { operations, retries, serverApi } = settings("mongodb://a/?w=2&readPreference=secondary&retryReads=false", {
    writeConcern: { w: "majority", wtimeout: 9 },
    readConcern: "local",
    readPreference: { mode: "nearest" },
    retryReads: true,
    serverApi: "1",
    promoteLongs: false,
  });
  assertEquals(operations.writeConcern, { w: "majority", wtimeoutMS: 9 });
  assertEquals(operations.readConcern, { level: "local" });
  assertEquals(operations.readPreference, { mode: "nearest" });
  assertEquals(operations.bson, { promoteLongs: false });
  assertEquals([retries.retryReads, serverApi], [true, { version: "1" }]);
});

Deno.test("withClientOptions takes the user from the code, and keeps what the string says of the rest", () => {
  const { credentials } = withClientOptions(parseConnectionString("mongodb://u:p@a/app?authSource=admin"), {
    auth: { password: "q" },
  });
  assertEquals([credentials?.username, credentials?.password, credentials?.source], ["u", "q", "admin"]);
  assertEquals(withClientOptions(parseConnectionString("mongodb://a"), {}).credentials, null);
});

Deno.test("withClientOptions refuses what does not go together, in whichever of the two it is", () => {
  const two = parseConnectionString("mongodb://a,b");
  assertThrows(() => withClientOptions(two, { directConnection: true }), MongoParseError);
  assertThrows(
    () => settings("mongodb://a", { readPreference: { mode: "primary", tags: [{ a: "b" }] } }),
    MongoAPIError,
  );
});
