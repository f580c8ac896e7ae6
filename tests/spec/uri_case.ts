import { assertEquals, assertThrows } from "@std/assert";
import { parseConnectionString } from "../../driver/connection_string.ts";
import { MongoParseError } from "../../driver/error.ts";
import type { SpecCase, SpecFile } from "../support/spec_suite.ts";

/** A case of the connection string and URI options specifications; what is null or absent is not asserted. */
export interface UriCase {
  readonly description: string;
  readonly uri: string;
  readonly valid: boolean;
  readonly warning: boolean | null;
  readonly hosts?: readonly { type: string; host: string; port: number | null }[] | null;
  readonly auth?: { username: string | null; password: string | null; db: string | null } | null;
  readonly options?: Readonly<Record<string, unknown>> | null;
}

/** The cases of a file in the format of the connection string specification. */
export function* uriCases(file: SpecFile): Generator<SpecCase> {
  for (const test of (file.json as { tests: UriCase[] }).tests) {
    yield { name: test.description, run: () => runUriCase(test) };
  }
}

function runUriCase(test: UriCase): void {
  if (!test.valid) {
    assertThrows(() => parseConnectionString(test.uri), MongoParseError);
    return;
  }
  const actual = parseConnectionString(test.uri);
  if (test.warning !== null) assertEquals(actual.warnings.length > 0, test.warning, actual.warnings.join("; "));
  if (test.hosts) {
    assertEquals(
      actual.hosts,
      test.hosts.map(({ type, host, port }) =>
        type === "unix" ? { kind: "unix", path: host } : { kind: "tcp", host, port: port ?? 27017 }
      ),
    );
  }
  if (test.auth) {
    assertEquals(actual.credentials?.username ?? null, test.auth.username);
    assertEquals(actual.credentials?.password ?? null, test.auth.password);
    assertEquals(actual.defaultDatabase, test.auth.db);
  }
  assertOptions(actual.options, test.options ?? {});
}

/** Asserts that `actual` has each of the `expected` options; names count without case. */
export function assertOptions(actual: object, expected: Readonly<Record<string, unknown>>): void {
  const values = new Map(Object.entries(actual).map(([name, value]) => [name.toLowerCase(), value]));
  for (const [name, value] of Object.entries(expected)) {
    assertEquals(values.get(name.toLowerCase()), value, name);
  }
}
