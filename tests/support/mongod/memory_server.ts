/**
 * MongoDB's own downloads by way of `mongodb-memory-server-core`, in a process of its own:
 * `deno run -A memory_server.ts VERSION FOLDER` puts the binary into the folder.
 *
 * @module
 */
import { fromFileUrl } from "../spec_files.ts";
import { cachedFolder } from "./cache.ts";
import { progress, runCommand } from "./command.ts";
import type { MongodVersion } from "./find.ts";

const RELEASES: Readonly<Record<MongodVersion, string>> = {
  "4.2": "4.2.24",
  "4.4": "4.4.29",
  "5.0": "5.0.31",
  "6.0": "6.0.20",
};

/** Yields the folder of the cache with MongoDB's own build; nothing where it cannot be downloaded. */
export async function* mongodFromDownload(version: MongodVersion): AsyncGenerator<string> {
  const release = RELEASES[version];
  try {
    yield await cachedFolder(`mongod-${version}-${release}`, async (folder) => {
      progress(`Fetching mongod ${release} as MongoDB publishes it (about 100 MB)`);
      const script = fromFileUrl(new URL(import.meta.url));
      const result = await runCommand([Deno.execPath(), "run", "-A", "--no-config", script, release, folder]);
      if (!result?.isOk) throw new Error(result?.stderr.trim().split("\n").at(0) ?? "Deno cannot be started");
    });
  } catch (error) {
    progress(`mongod ${release}: ${error instanceof Error ? error.message : error}`);
  }
}

interface MemoryServerModule {
  readonly MongoBinary: { getPath(options: { version: string; downloadDir: string }): Promise<string> };
}

if (import.meta.main) {
  const [version = "", folder = ""] = Deno.args;
  // A name that is not a literal keeps the package out of what every type check downloads.
  const name = "npm:mongodb-memory-server-core@^11";
  const { MongoBinary } = await import(name) as MemoryServerModule;
  const path = await MongoBinary.getPath({ version, downloadDir: folder });
  await Deno.rename(path, `${folder}/mongod`);
}
