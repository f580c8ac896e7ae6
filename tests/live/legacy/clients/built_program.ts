import { createHash } from "node:crypto";
import { cachedFolder } from "../../../support/mongod/cache.ts";

/**
 * The path of a program that is compiled from the files in the folder `sources` into the project's cache folder, again
 * only when a file has changed. Rejects with whatever `build` rejects with.
 */
export async function builtProgram(
  name: string,
  sources: string,
  build: (target: string) => Promise<void>,
): Promise<string> {
  const folder = await cachedFolder(
    `client-${name}-${await fingerprint(sources)}`,
    (unfinished) => build(`${unfinished}/${name}`),
  );
  return `${folder}/${name}`;
}

async function fingerprint(folder: string): Promise<string> {
  const hash = createHash("sha256");
  for (const { name } of [...Deno.readDirSync(folder)].sort((a, b) => a.name < b.name ? -1 : 1)) {
    hash.update(name).update(await Deno.readFile(`${folder}/${name}`));
  }
  return hash.digest("hex").slice(0, 12);
}
