import { assertEquals } from "@std/assert";
import { clientUri } from "./client_uri.ts";

Deno.test("clientUri() puts options in the place of those that are there", () => {
  assertEquals(clientUri("mongodb://a/", {}), "mongodb://a/");
  assertEquals(clientUri("mongodb://a/", { appname: "x y" }), "mongodb://a/?appname=x%20y");
  assertEquals(
    clientUri("mongodb://a/?retryReads=true&w=1", { retryreads: false }),
    "mongodb://a/?retryreads=false&w=1",
  );
});

Deno.test("clientUri() writes lists and documents as connection strings have them", () => {
  assertEquals(
    clientUri("mongodb://a/", { readPreferenceTags: ["dc:ny", ""] }),
    "mongodb://a/?readPreferenceTags=dc%3Any&readPreferenceTags=",
  );
  assertEquals(
    clientUri("mongodb://a/", { authMechanismProperties: { ENVIRONMENT: "test", B: "c" } }),
    "mongodb://a/?authMechanismProperties=ENVIRONMENT%3Atest%2CB%3Ac",
  );
});
