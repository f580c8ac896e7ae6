import { importMapArgs, repositoryPath } from "../tools/import_map.ts";

const PROGRAMS = ["demo/load/load_main.ts", "proxy/main.ts"];

/** Brings what the demo's programs import into Deno's cache, and shows what is downloaded. Throws `Error` if it cannot. */
export async function fetchPrograms(): Promise<void> {
  const { success } = await new Deno.Command(Deno.execPath(), {
    args: ["cache", "--no-check", ...importMapArgs(), ...PROGRAMS.map(repositoryPath)],
    stdin: "null",
    stdout: "inherit",
    stderr: "inherit",
  }).spawn().status;
  if (!success) throw new Error("What the demo needs cannot be fetched");
}
