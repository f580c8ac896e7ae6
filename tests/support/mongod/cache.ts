import { cacheFolder } from "../../../tools/cache_folder.ts";

/**
 * The folder `name` of the cache, made by `make` unless it is there already. It is there as a whole or not at all, and
 * made once even when several processes ask for it.
 */
export async function cachedFolder(name: string, make: (folder: string) => Promise<void>): Promise<string> {
  const target = `${cacheFolder()}/${name}`;
  if (await exists(target)) return target;
  await Deno.mkdir(cacheFolder(), { recursive: true });
  using lock = await Deno.open(`${cacheFolder()}/${name}.lock`, { create: true, write: true });
  await lock.lock(true);
  if (await exists(target)) return target;
  const unfinished = `${target}.unfinished`;
  await removeFolder(unfinished);
  await Deno.mkdir(unfinished);
  try {
    await make(unfinished);
    await Deno.rename(unfinished, target);
  } finally {
    await removeFolder(unfinished);
  }
  return target;
}

/** Says whether there is a file or folder. */
export async function exists(path: string): Promise<boolean> {
  try {
    await Deno.stat(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** Removes a folder with all that is in it; it need not exist. */
export async function removeFolder(path: string): Promise<void> {
  try {
    await Deno.remove(path, { recursive: true });
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
