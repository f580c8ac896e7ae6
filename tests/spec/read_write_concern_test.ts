import { assertEquals, assertThrows } from "@std/assert";
import { parseConnectionString } from "../../driver/connection_string.ts";
import { MongoParseError } from "../../driver/error.ts";
import { specSuite } from "../support/spec_suite.ts";
import { assertOptions } from "./uri_case.ts";

interface ConcernCase {
  readonly description: string;
  readonly uri: string;
  readonly valid: boolean;
  readonly warning: boolean | null;
  readonly readConcern?: { readonly level?: string };
  readonly writeConcern?: Readonly<Record<string, unknown>>;
}

specSuite("read-write-concern/tests/connection-string", function* ({ json }) {
  for (const test of (json as { tests: ConcernCase[] }).tests) {
    yield { name: test.description, run: () => runConcernCase(test) };
  }
});

function runConcernCase(test: ConcernCase): void {
  if (!test.valid && test.warning !== null) {
    assertThrows(() => parseConnectionString(test.uri), MongoParseError);
    return;
  }
  const { options, warnings } = parseConnectionString(test.uri);
  const { readConcernLevel, w, wtimeoutMS, journal } = options;
  // A single bad value is not valid here, and is a warning by the newer URI options specification.
  assertEquals(warnings.length > 0, !test.valid);
  const expected = { ...test.writeConcern, readConcernLevel: test.readConcern?.level };
  assertOptions({ readConcernLevel, w, wtimeoutMS, journal }, {
    w: undefined,
    wtimeoutMS: undefined,
    journal: undefined,
    ...expected,
  });
}
