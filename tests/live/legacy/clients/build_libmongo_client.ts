import { repositoryPath } from "../../../../tools/import_map.ts";
import { exists } from "../../../support/mongod/cache.ts";
import { mustRun, runCommand } from "../../../support/mongod/command.ts";
import { builtProgram } from "./built_program.ts";

const SOURCES = repositoryPath("tests/live/legacy/clients/libmongo_client");

/** The library and what its header files include, as Debian calls them. */
const PACKAGES = ["libmongo-client-dev", "libglib2.0-dev", "libglib2.0-0"];

/**
 * The command that runs the program with libmongo-client, a C client of 2014. It is compiled unless it is in the cache
 * folder already, against packages of Debian that are unpacked beside it and not installed. Throws `Error` where there
 * is no C compiler, or no such packages.
 */
export async function libmongoClientCommand(): Promise<string[]> {
  return [await builtProgram("libmongo_client", SOURCES, build)];
}

async function build(target: string): Promise<void> {
  await mustRun(["cc", "--version"]);
  console.error("[cc] Building the client with libmongo-client, once");
  const folder = target.slice(0, target.lastIndexOf("/"));
  await unpack(folder);
  const libraries = await librariesIn(folder);
  const headers = ["include/mongo-client", "include/glib-2.0", `lib/${libraries}/glib-2.0/include`];
  await mustRun([
    "cc",
    "-O1",
    "-Wall",
    ...headers.map((path) => `-I${folder}/usr/${path}`),
    `${SOURCES}/client.c`,
    `${SOURCES}/show.c`,
    `${folder}/usr/lib/${libraries}/libmongo-client.a`,
    `${folder}/usr/lib/${libraries}/libglib-2.0.so.0`,
    // The folder gets another name once all is in it.
    `-Wl,-rpath,$ORIGIN/usr/lib/${libraries}`,
    "-o",
    target,
  ]);
}

/** Asks for the list of packages only where that there is does not do. */
async function unpack(folder: string): Promise<void> {
  const download = ["env", `--chdir=${folder}`, "apt-get", "-qq", "download", ...PACKAGES];
  if ((await runCommand(download))?.isOk !== true) {
    await mustRun(["apt-get", "-qq", "update"]);
    await mustRun(download);
  }
  const files = [...Deno.readDirSync(folder)].filter(({ name }) => name.endsWith(".deb"));
  for (const { name } of files) await mustRun(["dpkg-deb", "-x", `${folder}/${name}`, folder]);
}

/** Debian's folder for this machine's libraries, such as `x86_64-linux-gnu`. */
async function librariesIn(folder: string): Promise<string> {
  for (const { name } of Deno.readDirSync(`${folder}/usr/lib`)) {
    if (await exists(`${folder}/usr/lib/${name}/libmongo-client.a`)) return name;
  }
  throw new Error("The package has no libmongo-client.a");
}
