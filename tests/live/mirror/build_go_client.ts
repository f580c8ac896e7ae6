import { repositoryPath } from "../../../tools/import_map.ts";
import { runCommand } from "../../support/mongod/command.ts";
import { builtProgram } from "../legacy/clients/built_program.ts";

const SOURCES = repositoryPath("tests/live/mirror/clients/go");

/**
 * The path of the program with MongoDB's Go driver. It is compiled unless it is in the cache folder already. Throws
 * `Error` where there is no Go, or the driver cannot be fetched.
 */
export function goClient(): Promise<string> {
  return builtProgram("go-driver", SOURCES, async (target) => {
    console.error("[go] Building the client with MongoDB's Go driver, once");
    // No other toolchain is fetched for it.
    const result = await runCommand(["go", "build", "-C", SOURCES, "-o", target, "."], { GOTOOLCHAIN: "local" });
    if (result === null) throw new Error("There is no Go on the PATH");
    if (!result.isOk) throw new Error(`go build failed: ${result.stderr.slice(-1000)}`);
  });
}
