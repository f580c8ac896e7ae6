import { repositoryPath } from "../../../../tools/import_map.ts";
import { cachedFolder } from "../../../support/mongod/cache.ts";
import { mustRun } from "../../../support/mongod/command.ts";
import { findPython, pythonIn } from "../../clients/python_env.ts";

/** PyMongo 2 was written for Python 2 and is converted when it is installed, which later setuptools refuse to do. */
const CONVERTING_SETUPTOOLS = "setuptools<58";

/**
 * The command that runs the program with an old PyMongo, in a virtual environment in the project's cache folder. Throws
 * `Error` where there is no Python 3 that can make one, or this PyMongo cannot be installed with it.
 */
export async function oldPymongoCommand(version: string): Promise<string[]> {
  const program = await findPython();
  const folder = await cachedFolder(`venv-old-pymongo-${version}`, async (unfinished) => {
    console.error(`[python] Installing PyMongo ${version} into a virtual environment, once`);
    await mustRun([program, "-m", "venv", unfinished]);
    const install = [pythonIn(unfinished), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
    await mustRun([...install, CONVERTING_SETUPTOOLS, "wheel"]);
    await mustRun([...install, "--no-build-isolation", `pymongo==${version}`]);
  });
  // -B: leaves no compiled files in the source tree.
  return [pythonIn(folder), "-B", repositoryPath("tests/live/legacy/clients/old_pymongo/client.py")];
}
