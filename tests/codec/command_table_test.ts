import { assert, assertEquals } from "@std/assert";
import { COMMANDS, commandTraits } from "../../codec/command_table.ts";

function named(isWanted: (command: (typeof COMMANDS)[number]) => boolean): string[] {
  return COMMANDS.filter(isWanted).map((command) => command.name).sort();
}

Deno.test("COMMANDS lists each command once", () => {
  const names = COMMANDS.map((command) => command.name);
  assertEquals(new Set(names).size, names.length);
  for (const name of names) assertEquals(commandTraits(name).name, name);
});

Deno.test("commandTraits knows aliases and compares names exactly", () => {
  const aliases = {
    ismaster: "isMaster",
    findandmodify: "findAndModify",
    mapreduce: "mapReduce",
    getlasterror: "getLastError",
    buildinfo: "buildInfo",
    collstats: "collStats",
    dbstats: "dbStats",
    deleteIndexes: "dropIndexes",
  };
  for (const [alias, name] of Object.entries(aliases)) assertEquals(commandTraits(alias), commandTraits(name));
  assert(!commandTraits("FIND").isKnown);
  assert(!commandTraits("isMASTER").isKnown);
});

Deno.test("commandTraits takes unknown commands for writes that a read preference may send elsewhere", () => {
  const traits = commandTraits("newThing");
  assertEquals(traits, {
    name: "newThing",
    kind: "write",
    collectionIn: "value",
    opensCursor: false,
    mayUseSecondary: true,
    compressible: true,
    setsLastError: false,
    keepsLastError: false,
    retryable: null,
    isKnown: false,
  });
});

Deno.test("commandTraits does not take names of Object's for commands", () => {
  for (const name of ["constructor", "__proto__", "toString", ""]) assert(!commandTraits(name).isKnown);
});

Deno.test("COMMANDS never compresses what the compression specification forbids", () => {
  assertEquals(named((command) => !command.compressible), [
    "authenticate",
    "copydb",
    "copydbSaslStart",
    "copydbgetnonce",
    "createUser",
    "getnonce",
    "hello",
    "isMaster",
    "saslContinue",
    "saslStart",
    "updateUser",
  ]);
});

Deno.test("COMMANDS names the commands that open cursors", () => {
  assertEquals(named((command) => command.opensCursor), [
    "aggregate",
    "bulkWrite",
    "checkMetadataConsistency",
    "find",
    "getMore",
    "listCollections",
    "listIndexes",
    "parallelCollectionScan",
    "repairCursor",
  ]);
});

Deno.test("COMMANDS names the retryable commands", () => {
  assertEquals(named((command) => command.retryable === "write"), [
    "abortTransaction",
    "bulkWrite",
    "commitTransaction",
    "delete",
    "findAndModify",
    "insert",
    "update",
  ]);
  assertEquals(named((command) => command.retryable === "read"), [
    "aggregate",
    "count",
    "distinct",
    "find",
    "listCollections",
    "listDatabases",
    "listIndexes",
  ]);
});

Deno.test("COMMANDS sends no write to a secondary", () => {
  assertEquals(named((command) => command.kind === "write" && command.mayUseSecondary), []);
  for (const name of ["find", "aggregate", "count", "distinct", "collStats", "dbStats", "mapReduce", "explain"]) {
    assert(commandTraits(name).mayUseSecondary, name);
  }
});
