/**
 * `@std/cli` where JSR cannot be reached: std's own code from npm, which carries no types. Only what the project uses.
 *
 * @module
 */
// deno-lint-ignore-file no-import-prefix -- loaded only through the fallback import map
import * as std from "npm:deno-std@1.4.0/cli/parse_args.js";

/** The options of {@linkcode parseArgs}. */
export interface ParseOptions {
  boolean?: boolean | string | readonly string[];
  string?: string | readonly string[];
  collect?: string | readonly string[];
  negatable?: string | readonly string[];
  alias?: Record<string, string | readonly string[]>;
  default?: Record<string, unknown>;
  "--"?: boolean;
  stopEarly?: boolean;
  unknown?: (arg: string, key?: string, value?: unknown) => unknown;
}

/** The flags by name, and the positional arguments. JSR's type is narrower, so what passes here passes there. */
export type Args = { [flag: string]: unknown; _: (string | number)[] };

export const parseArgs: (args: readonly string[], options?: ParseOptions) => Args = std.parseArgs;
