import { assertEquals, assertThrows } from "@std/assert";
import { buildCredentials, type CredentialParts } from "../../../driver/auth/credentials.ts";
import { MongoParseError } from "../../../driver/error.ts";

const NOBODY: CredentialParts = { username: null, password: null, defaultDatabase: null, options: {} };
const USER: CredentialParts = { ...NOBODY, username: "u", password: "p", defaultDatabase: "db" };

Deno.test("buildCredentials gives null where nothing asks for authentication", () => {
  assertEquals(buildCredentials({ ...NOBODY, defaultDatabase: "db", options: { authSource: "x" } }), null);
});

Deno.test("buildCredentials takes the source from the mechanism", () => {
  const sourceOf = (options: CredentialParts["options"], parts = USER) =>
    buildCredentials({ ...parts, options })?.source;
  assertEquals(sourceOf({}), "db");
  assertEquals(sourceOf({}, { ...USER, defaultDatabase: null }), "admin");
  assertEquals(sourceOf({ authMechanism: "PLAIN" }), "db");
  assertEquals(sourceOf({ authMechanism: "PLAIN" }, { ...USER, defaultDatabase: null }), "$external");
  assertEquals(sourceOf({ authMechanism: "GSSAPI" }), "$external");
  assertEquals(sourceOf({ authMechanism: "SCRAM-SHA-1", authSource: "other" }), "other");
});

Deno.test("buildCredentials takes a mechanism that needs no user name", () => {
  assertEquals(buildCredentials({ ...NOBODY, options: { authMechanism: "MONGODB-X509" } }), {
    username: "",
    password: null,
    source: "$external",
    mechanism: "MONGODB-X509",
    mechanismProperties: {},
  });
});

Deno.test("buildCredentials refuses what a mechanism does not take", () => {
  const bad: readonly CredentialParts[] = [
    { ...NOBODY, username: "" },
    { ...NOBODY, options: { authMechanism: "SCRAM-SHA-256" } },
    { ...NOBODY, options: { authMechanism: "GSSAPI" } },
    { ...USER, options: { authMechanism: "MONGODB-X509" } },
    { ...USER, password: null, options: { authMechanism: "MONGODB-X509", authSource: "db" } },
    { ...USER, options: { authMechanism: "SCRAM-SHA-1", authMechanismProperties: { SERVICE_NAME: "x" } } },
    { ...USER, options: { authMechanism: "GSSAPI", authMechanismProperties: { CANONICALIZE_HOST_NAME: "x" } } },
    { ...USER, password: null, options: { authMechanism: "MONGODB-AWS" } },
    { ...NOBODY, options: { authMechanism: "MONGODB-OIDC" } },
    { ...NOBODY, options: { authMechanism: "MONGODB-OIDC", authMechanismProperties: { ENVIRONMENT: "azure" } } },
  ];
  for (const parts of bad) assertThrows(() => buildCredentials(parts), MongoParseError);
});
