import { assert } from "@std/assert";
import { isSensitive } from "../../../driver/monitoring/redaction.ts";

Deno.test("isSensitive knows commands that carry secrets, however they are written", () => {
  for (const name of ["saslStart", "SASLCONTINUE", "createUser", "copydb"]) assert(isSensitive(name, {}), name);
  assert(!isSensitive("insert", {}));
});

Deno.test("isSensitive takes a hello for one only if it authenticates", () => {
  for (const name of ["hello", "isMaster", "ismaster"]) {
    assert(isSensitive(name, { speculativeAuthenticate: {} }), name);
    assert(!isSensitive(name, {}), name);
  }
});
