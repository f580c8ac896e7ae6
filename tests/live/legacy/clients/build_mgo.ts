import { repositoryPath } from "../../../../tools/import_map.ts";
import { runCommand } from "../../../support/mongod/command.ts";
import { builtProgram } from "./built_program.ts";

const SOURCES = repositoryPath("tests/live/legacy/clients/mgo");

/**
 * The command that runs the program with mgo.v2, a Go driver of 2016. It is compiled unless it is in the cache folder
 * already. Throws `Error` where there is no Go, or the driver cannot be fetched.
 */
export async function mgoCommand(): Promise<string[]> {
  return [await builtProgram("mgo", SOURCES, build)];
}

async function build(target: string): Promise<void> {
  console.error("[go] Building the client with mgo.v2, once");
  // No other toolchain is fetched for it.
  const result = await runCommand(["go", "build", "-C", SOURCES, "-o", target, "."], { GOTOOLCHAIN: "local" });
  if (result === null) throw new Error("There is no Go on the PATH");
  if (!result.isOk) throw new Error(`go build failed: ${result.stderr.slice(-1000)}`);
}
