import { cachedFolder } from "../../support/mongod/cache.ts";
import { mustRun, runCommand } from "../../support/mongod/command.ts";

/** The interpreter of a virtual environment that holds one version of PyMongo. */
export interface PythonEnvironment {
  readonly python: string;
}

const PROGRAMS = ["python3", "python"] as const;

/**
 * Makes the virtual environment with that version of PyMongo in the project's cache folder, unless it is there already.
 * Throws `Error` where there is no Python 3 that can make one, or the packages cannot be installed.
 */
export async function pythonEnvironment(pymongoVersion: string): Promise<PythonEnvironment> {
  const program = await findPython();
  const folder = await cachedFolder(`venv-pymongo-${pymongoVersion}`, async (unfinished) => {
    console.error(`[python] Installing PyMongo ${pymongoVersion} into a virtual environment, once`);
    await mustRun([program, "-m", "venv", unfinished]);
    await installPymongo(pythonIn(unfinished), pymongoVersion);
  });
  return { python: pythonIn(folder) };
}

/** The name of a Python 3 that can make virtual environments; throws `Error` where there is none. */
export async function findPython(): Promise<string> {
  for (const program of PROGRAMS) {
    const check = await runCommand([program, "-c", "import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 9))"]);
    if (check?.isOk) return program;
  }
  throw new Error("There is no Python 3.9 or later with venv on the PATH");
}

/** The interpreter in the folder of a virtual environment. */
export function pythonIn(folder: string): string {
  return Deno.build.os === "windows" ? `${folder}/Scripts/python.exe` : `${folder}/bin/python`;
}

/** With snappy and zstd where their packages can be had, and the types of both that this PyMongo asks for. */
async function installPymongo(python: string, version: string): Promise<void> {
  const install = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
  const withCompressors = await runCommand([...install, `pymongo[snappy,zstd]==${version}`]);
  if (withCompressors?.isOk) return;
  console.error(`[python] The packages for snappy and zstd cannot be had; going on without`);
  await mustRun([...install, `pymongo==${version}`]);
}
