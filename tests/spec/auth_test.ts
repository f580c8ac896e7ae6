import { assertEquals, assertThrows } from "@std/assert";
import { parseConnectionString } from "../../driver/connection_string.ts";
import { MongoParseError } from "../../driver/error.ts";
import { specSuite } from "../support/spec_suite.ts";

interface AuthCase {
  readonly description: string;
  readonly uri: string;
  readonly valid: boolean;
  readonly credential: {
    readonly username: string | null;
    readonly password: string | null;
    readonly source: string;
    readonly mechanism: string | null;
    readonly mechanism_properties: Readonly<Record<string, unknown>> | null;
  } | null;
}

specSuite("auth/tests", function* ({ json }) {
  const { tests, runOnRequirements } = json as { tests: AuthCase[]; runOnRequirements?: unknown };
  for (const test of tests) {
    // Files of the unified format have requirements and operations instead of URIs.
    if (runOnRequirements !== undefined) yield { name: test.description, run: refuseUnified };
    else yield { name: test.description, run: () => runAuthCase(test) };
  }
}, {
  "unified/mongodb-oidc-no-retry.json": "needs MONGODB-OIDC, which no Community server has and the driver refuses",
});

function refuseUnified(): never {
  throw new Error("Cases of the unified format are not run here");
}

function runAuthCase(test: AuthCase): void {
  if (!test.valid) {
    assertThrows(() => parseConnectionString(test.uri), MongoParseError);
    return;
  }
  const { credentials } = parseConnectionString(test.uri);
  assertEquals(
    credentials && {
      username: credentials.username || null,
      password: credentials.password,
      source: credentials.source,
      mechanism: credentials.mechanism,
      mechanism_properties: credentials.mechanismProperties,
    },
    test.credential && { ...test.credential, mechanism_properties: test.credential.mechanism_properties ?? {} },
  );
}
