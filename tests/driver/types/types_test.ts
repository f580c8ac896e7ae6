import { assertEquals } from "@std/assert";
import { importMapArgs } from "../../../tools/import_map.ts";
import { fromFileUrl } from "../../support/spec_files.ts";

/** Files that compile only if what is right compiles and each line after `@ts-expect-error` does not. */
const FILES = ["change_stream.ts", "collection.ts", "filter.ts", "update.ts"];

Deno.test("driver types accept what fits a schema and refuse what does not", async () => {
  const paths = FILES.map((name) => fromFileUrl(new URL(name, import.meta.url)));
  const { stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["check", "-q", ...importMapArgs(), ...paths],
    stdin: "null",
    stdout: "null",
    stderr: "piped",
    env: { NO_COLOR: "1" },
  }).output();
  assertEquals(new TextDecoder().decode(stderr), "");
});
