import { assertEquals, assertStringIncludes } from "@std/assert";
import { importMapArgs } from "../../../tools/import_map.ts";
import { fromFileUrl } from "../spec_files.ts";

Deno.test("findMongod() prefers TORANA_MONGOD, then PATH, then the cache", async () => {
  await using machine = await fakeMachine({
    "named": "6.0.91",
    "bin": "6.0.92",
    "cache/torana/mongod-6.0-x": "6.0.93",
  });
  assertEquals(await machine.find("6.0", "named"), "6.0.91");
  assertEquals(await machine.find("6.0"), "6.0.92");
  await machine.remove("bin");
  assertEquals(await machine.find("6.0"), "6.0.93");
});

Deno.test("findMongod() passes over other versions than the one asked for", async () => {
  await using machine = await fakeMachine({ "named": "7.0.1", "bin": "4.4.9", "cache/torana/mongod-5.0-x": "5.0.9" });
  assertEquals(await machine.find("5.0", "named"), "5.0.9");
  assertEquals(await machine.find("4.4", "named"), "4.4.9");
  assertEquals(await machine.find(null, "named"), "7.0.1");
});

Deno.test("findMongod() gives the libraries beside a cached mongod to it alone", async () => {
  await using machine = await fakeMachine({ "cache/torana/mongod-5.0-x": "5.0.9" });
  await Deno.mkdir(`${machine.folder}/cache/torana/mongod-5.0-x/lib`);
  assertEquals(await machine.find("5.0"), `5.0.9 with ${machine.folder}/cache/torana/mongod-5.0-x/lib`);
});

Deno.test("findMongod() passes over an unfinished download", async () => {
  await using machine = await fakeMachine({
    "cache/torana/mongod-5.0-y.unfinished": "5.0.8",
    "cache/torana/mongod-5.0-x": "5.0.9",
  });
  assertEquals(await machine.find("5.0"), "5.0.9");
});

Deno.test("findMongod() finds nothing where TORANA_MONGOD is none", async () => {
  await using machine = await fakeMachine({ "bin": "6.0.92" });
  assertEquals(await machine.find("6.0", "none"), "null");
});

Deno.test("findMongod() throws where TORANA_MONGOD does not run", async () => {
  await using machine = await fakeMachine({ "bin": "6.0.92" });
  assertStringIncludes(await machine.find("6.0", "missing"), "which does not run as a mongod");
});

interface FakeMachine extends AsyncDisposable {
  readonly folder: string;
  /** The version of what is found, or the error. `named` is the folder that `TORANA_MONGOD` points into. */
  find(version: string | null, named?: string): Promise<string>;
  remove(folder: string): Promise<void>;
}

/** A folder with programs that only know their version, `bin` for the `PATH` and `cache` for the cache folder. */
async function fakeMachine(mongods: Record<string, string>): Promise<FakeMachine> {
  const folder = await Deno.makeTempDir({ prefix: "torana-find-" });
  for (const [path, version] of Object.entries(mongods)) {
    await Deno.mkdir(`${folder}/${path}`, { recursive: true });
    const script = `#!/bin/sh\necho "db version v${version}\${LD_LIBRARY_PATH:+ with $LD_LIBRARY_PATH}"\n`;
    await Deno.writeTextFile(`${folder}/${path}/mongod`, script, { mode: 0o755 });
  }
  const env = { PATH: `${folder}/bin`, XDG_CACHE_HOME: `${folder}/cache`, TORANA_MONGOD: "" };
  return {
    folder,
    find: (version, named) => findIn(version, named === undefined ? env : { ...env, ...naming(folder, named) }),
    remove: (path) => Deno.remove(`${folder}/${path}`, { recursive: true }),
    [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
  };
}

function naming(folder: string, named: string): { TORANA_MONGOD: string } {
  return { TORANA_MONGOD: named === "none" ? named : `${folder}/${named}/mongod` };
}

/** Looks for a mongod in a process with the environment `env`. */
async function findIn(version: string | null, env: Record<string, string>): Promise<string> {
  const find = fromFileUrl(new URL("./find.ts", import.meta.url));
  const source = `
    import { findMongod } from ${JSON.stringify(`file://${find}`)};
    const found = await findMongod(${JSON.stringify(version ?? undefined)}).catch(String);
    const lib = found?.env?.LD_LIBRARY_PATH;
    console.log((found?.version ?? found) + (lib ? " with " + lib : ""));
  `;
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", ...importMapArgs(), source],
    env: { DENO_DIR: Deno.env.get("DENO_DIR") ?? "", ...env },
  }).output();
  return new TextDecoder().decode(stdout).trim();
}
