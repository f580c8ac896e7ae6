import { assert, assertEquals, assertRejects } from "@std/assert";
import { formatHostAddress } from "../../driver/address.ts";
import { resolveConnectionString } from "../../driver/connection_string.ts";
import { MongoParseError } from "../../driver/error.ts";
import type { SrvRecord, SrvResolver } from "../../driver/srv.ts";
import { specSuite } from "../support/spec_suite.ts";
import { assertOptions } from "./uri_case.ts";

interface SeedlistCase {
  readonly uri: string;
  readonly seeds?: readonly string[];
  readonly numSeeds?: number;
  readonly error?: boolean;
  readonly options?: Readonly<Record<string, unknown>>;
  readonly parsed_options?: Readonly<Record<string, unknown>>;
}

/** The specification's zone `test.build.10gen.cc`: ports and targets below it, or full names with a dot at the end. */
const SRV_RECORDS: Readonly<Record<string, readonly (readonly [port: number, target: string])[]>> = {
  "_mongodb._tcp.test1": [[27017, "localhost"], [27018, "localhost"]],
  "_mongodb._tcp.test2": [[27018, "localhost"], [27019, "localhost"]],
  "_mongodb._tcp.test3": [[27017, "localhost"]],
  "_mongodb._tcp.test5": [[27017, "localhost"]],
  "_mongodb._tcp.test6": [[27017, "localhost"]],
  "_mongodb._tcp.test7": [[27017, "localhost"]],
  "_mongodb._tcp.test8": [[27017, "localhost"]],
  "_mongodb._tcp.test10": [[27017, "localhost"]],
  "_mongodb._tcp.test11": [[27017, "localhost"]],
  "_mongodb._tcp.test12": [[27017, "localhost.build.10gen.cc."]],
  "_mongodb._tcp.test13": [[27017, "test.build.10gen.cc."]],
  "_mongodb._tcp.test14": [[27017, "localhost.not-test.build.10gen.cc."]],
  "_mongodb._tcp.test15": [[27017, "localhost.test.not-build.10gen.cc."]],
  "_mongodb._tcp.test16": [[27017, "localhost.test.build.not-10gen.cc."]],
  "_mongodb._tcp.test17": [[27017, "localhost.test.build.10gen.not-cc."]],
  "_mongodb._tcp.test18": [[27017, "localhost.sub"]],
  "_mongodb._tcp.test19": [[27017, "localhost.evil.build.10gen.cc."], [27017, "localhost"]],
  "_mongodb._tcp.test20": [[27017, "localhost"]],
  "_mongodb._tcp.test21": [[27017, "localhost"]],
  // The real zone and the test have both ports, the specification's list only the first.
  "_customname._tcp.test22": [[27017, "localhost"], [27018, "localhost"]],
  "_mongodb._tcp.test23": [[8000, "localhost"]],
  "_mongodb._tcp.test24": [[8000, "localhost"]],
};

const TXT_RECORDS: Readonly<Record<string, readonly (readonly string[])[]>> = {
  "test5": [["replicaSet=repl0&authSource=thisDB"]],
  "test6": [["replicaSet=repl0"], ["authSource=otherDB"]],
  "test7": [["ssl=false"]],
  "test8": [["authSource"]],
  "test10": [["socketTimeoutMS=500"]],
  "test11": [["replicaS", "et=rep", "l0"]],
  "test20": [["loadBalanced=true"]],
  "test21": [["loadBalanced=false"]],
  "test24": [["loadBalanced=true"]],
};

const ZONE = ".test.build.10gen.cc";

const resolver: SrvResolver = {
  resolveSrv: (name) => Promise.resolve((SRV_RECORDS[labelsOf(name)] ?? []).map(srvRecord)),
  resolveTxt: (name) => Promise.resolve(TXT_RECORDS[labelsOf(name)] ?? []),
};

function labelsOf(name: string): string {
  return name.endsWith(ZONE) ? name.slice(0, -ZONE.length) : "outside the zone";
}

function srvRecord([port, target]: readonly [number, string]): SrvRecord {
  return { port, target: target.endsWith(".") ? target : `${target}${ZONE}.` };
}

specSuite("initial-dns-seedlist-discovery/tests", function* ({ path, json }) {
  yield { name: path, run: () => runSeedlistCase(json as SeedlistCase) };
});

/** Names of `parsed_options` in the specification's files, and what they are here. */
const PARSED_OPTIONS: Readonly<Record<string, string>> = {
  user: "username",
  auth_database: "defaultDatabase",
  db: "defaultDatabase",
};

async function runSeedlistCase(test: SeedlistCase): Promise<void> {
  if (test.error) {
    await assertRejects(() => resolveConnectionString(test.uri, resolver), MongoParseError);
    return;
  }
  const { hosts, options, credentials, defaultDatabase } = await resolveConnectionString(test.uri, resolver);
  const seeds = hosts.map(formatHostAddress);
  assert(test.seeds !== undefined || test.numSeeds !== undefined);
  if (test.seeds) assertEquals(seeds, test.seeds);
  if (test.numSeeds !== undefined) assertEquals(seeds.length, test.numSeeds);
  const { ssl, ...others } = test.options ?? {};
  assertOptions(options, ssl === undefined ? others : { tls: ssl, ...others });
  const parsed = Object.entries(test.parsed_options ?? {})
    .map(([name, value]) => [PARSED_OPTIONS[name] ?? name, value]);
  assertOptions({ ...credentials, defaultDatabase }, Object.fromEntries(parsed));
}
