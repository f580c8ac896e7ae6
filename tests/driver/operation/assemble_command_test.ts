import { assertEquals } from "@std/assert";
import { Long, Timestamp } from "bson";
import {
  assembleCommand,
  type CommandExtras,
  readPreferenceDocument,
} from "../../../driver/operation/assemble_command.ts";

const NOTHING: CommandExtras = {
  database: "app",
  lsid: null,
  txnNumber: null,
  transaction: null,
  clusterTime: null,
  readPreference: null,
  readConcern: null,
  writeConcern: null,
  serverApi: null,
  maxTimeMS: null,
};

Deno.test("assembleCommand adds the database alone where there is nothing else", () => {
  assertEquals(assembleCommand({ ping: 1 }, NOTHING), { ping: 1, $db: "app" });
});

Deno.test("assembleCommand adds what session, concerns and API ask for", () => {
  const clusterTime = { clusterTime: new Timestamp({ t: 1, i: 1 }) };
  const command = assembleCommand({ insert: "c" }, {
    ...NOTHING,
    lsid: { id: 1 },
    txnNumber: 7,
    transaction: "start",
    clusterTime,
    readConcern: { level: "snapshot" },
    writeConcern: { w: 1 },
    serverApi: { version: "1", strict: true },
    maxTimeMS: 5,
    readPreference: { mode: "nearest" },
  });
  assertEquals(command, {
    insert: "c",
    lsid: { id: 1 },
    txnNumber: Long.fromNumber(7),
    startTransaction: true,
    autocommit: false,
    $clusterTime: clusterTime,
    readConcern: { level: "snapshot" },
    writeConcern: { w: 1 },
    apiVersion: "1",
    apiStrict: true,
    maxTimeMS: 5,
    $db: "app",
    $readPreference: { mode: "nearest" },
  });
  assertEquals(Object.keys(command)[0], "insert");
});

Deno.test("assembleCommand says autocommit without startTransaction in later commands of a transaction", () => {
  const command = assembleCommand({ find: "c" }, { ...NOTHING, transaction: "continue" });
  assertEquals([command.autocommit, "startTransaction" in command], [false, false]);
});

Deno.test("assembleCommand leaves the user's own concerns and limit", () => {
  const own = { readConcern: { level: "local" }, writeConcern: { w: 2 }, maxTimeMS: 1 };
  const other = { readConcern: { level: "majority" }, writeConcern: { w: 1 }, maxTimeMS: 9 };
  assertEquals(assembleCommand({ find: "c", ...own }, { ...NOTHING, ...other }), { find: "c", ...own, $db: "app" });
});

Deno.test("readPreferenceDocument says nothing of the primary, but to a single member", () => {
  const primary = { mode: "primary" } as const;
  assertEquals(readPreferenceDocument(primary, "ReplicaSetWithPrimary", "RSPrimary"), null);
  assertEquals(readPreferenceDocument(primary, "Sharded", "Mongos"), null);
  assertEquals(readPreferenceDocument(primary, "Single", "RSSecondary"), { mode: "primaryPreferred" });
  assertEquals(readPreferenceDocument(primary, "Single", "Mongos"), null);
  assertEquals(readPreferenceDocument({ mode: "nearest" }, "Single", "Standalone"), null);
});

Deno.test("readPreferenceDocument passes on tags, staleness and hedge where they are set", () => {
  const whole = { mode: "secondary", tags: [{ dc: "a" }], maxStalenessSeconds: 120, hedge: { enabled: true } } as const;
  assertEquals(readPreferenceDocument(whole, "Sharded", "Mongos"), whole);
  const empty = { mode: "secondary", tags: [], maxStalenessSeconds: -1 } as const;
  assertEquals(readPreferenceDocument(empty, "Sharded", "Mongos"), { mode: "secondary" });
});
