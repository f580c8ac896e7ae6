import { DRIVER_VERSION } from "../../driver/version.ts";

/** What `--version` prints: the program and what runs it. */
export function versionText(): string {
  return `torana ${DRIVER_VERSION} (Deno ${Deno.version.deno}, V8 ${Deno.version.v8}, ${Deno.build.target})`;
}
