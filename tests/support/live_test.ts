import { importMapArgs } from "../../tools/import_map.ts";
import { NONE } from "./mongod/find_main.ts";
import { HOW_TO_GET_MONGOD, type MongodVersion } from "./mongod/find.ts";
import { openSharedServers, type SharedReplicaSet, sharedReplicaSet } from "./mongod/shared.ts";
import { fromFileUrl } from "./spec_files.ts";

/** The series that the gateway and the driver are tested against: those of `TORANA_TEST_VERSIONS`, or all. */
export const LIVE_VERSIONS: readonly MongodVersion[] = chosenVersions(["6.0", "5.0", "4.4"]);

/** What a live test gets. */
export interface LiveContext {
  readonly t: Deno.TestContext;
  /** The series under test; undefined where any will do. */
  readonly version: MongodVersion | undefined;
  /** The three-member replica set that all live tests of this version share. */
  replicaSet(): Promise<SharedReplicaSet>;
}

/** How {@linkcode liveTest} registers its tests. */
export interface LiveOptions {
  /** One test for each of these; by default one test against any server that can be found. */
  readonly versions?: readonly MongodVersion[];
}

/** Those of `all` that `TORANA_TEST_VERSIONS` names; all where it names none of them. */
export function chosenVersions(all: readonly MongodVersion[]): readonly MongodVersion[] {
  const chosen = (Deno.env.get("TORANA_TEST_VERSIONS") ?? "").split(",");
  const found = all.filter((version) => chosen.includes(version));
  return found.length === 0 ? all : found;
}

type LiveFunction = (context: LiveContext) => Promise<void>;

/**
 * Registers a test that needs a real server. Where there is none, the test is ignored and says so; with `CI=true` in the
 * environment it fails.
 *
 * @example
 * ```ts
 * liveTest("ping answers", { versions: LIVE_VERSIONS }, async ({ replicaSet }) => {
 *   const { uri } = await replicaSet();
 * });
 * ```
 */
export function liveTest(name: string, fn: LiveFunction): void;
export function liveTest(name: string, options: LiveOptions, fn: LiveFunction): void;
export function liveTest(name: string, optionsOrFn: LiveOptions | LiveFunction, maybeFn?: LiveFunction): void {
  const [options, fn] = typeof optionsOrFn === "function" ? [{}, optionsOrFn] : [optionsOrFn, maybeFn];
  if (fn === undefined) throw new TypeError("A live test needs a function");
  for (const version of options.versions ?? [undefined]) register(name, version, fn);
}

function register(name: string, version: MongodVersion | undefined, fn: LiveFunction): void {
  const full = version === undefined ? name : `${name} [${version}]`;
  if (!hasMongod(version)) return registerMissingServer(full, version);
  openSharedServers();
  Deno.test(full, async (t) => {
    await fn({ t, version, replicaSet: () => sharedReplicaSet(version) });
  });
}

/** Registers a test that says that a server is missing; it fails with `CI=true` in the environment. */
export function registerMissingServer(name: string, version: MongodVersion | undefined): void {
  const reason = `There is no mongod${version === undefined ? "" : ` ${version}`}: ${HOW_TO_GET_MONGOD}`;
  Deno.test({
    name: `${name}: NOT RUN. ${reason}`,
    ignore: Deno.env.get("CI") !== "true",
    fn: () => {
      throw new Error(reason);
    },
  });
}

/**
 * Looks for a mongod, and fetches one if need be, while the test file waits: what is to be ignored must be known when a
 * test is registered. Each version is looked for once a process.
 */
export function hasMongod(version: MongodVersion | undefined): boolean {
  const variable = `TORANA_HAS_MONGOD_${version?.replace(".", "_") ?? "ANY"}`;
  const [pid, known] = (Deno.env.get(variable) ?? "").split(":");
  if (Number(pid) === Deno.pid) return known === "yes";
  const isFound = search(version);
  Deno.env.set(variable, `${Deno.pid}:${isFound ? "yes" : "no"}`);
  return isFound;
}

function search(version: MongodVersion | undefined): boolean {
  const script = fromFileUrl(new URL("./mongod/find_main.ts", import.meta.url));
  const { code } = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", ...importMapArgs(), script, ...version === undefined ? [] : [version]],
    stdin: "null",
    stdout: "null",
    stderr: "inherit",
  }).outputSync();
  if (code !== 0 && code !== NONE) throw new Error("The search for a mongod failed");
  return code === 0;
}
