import { repositoryPath } from "../../../../tools/import_map.ts";
import { mustRun } from "../../../support/mongod/command.ts";
import { builtProgram } from "./built_program.ts";

/**
 * The path of the program in Go whose module is the folder `sources` of this repository. It is compiled, with the modules
 * that it needs, unless it is in the cache folder already. Throws `Error` where there is no Go, or a module cannot be
 * fetched.
 */
export function goProgram(name: string, sources: string): Promise<string> {
  const folder = repositoryPath(sources);
  return builtProgram(name, folder, async (target) => {
    console.error(`[go] Building ${sources}, once`);
    // No other toolchain is fetched for it.
    await mustRun(["go", "build", "-C", folder, "-o", target, "."], { GOTOOLCHAIN: "local" });
  });
}
