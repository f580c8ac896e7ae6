/** What the demo is asked to do. */
export type DemoOptions =
  | { readonly kind: "run"; readonly keep: boolean }
  | { readonly kind: "help" }
  | { readonly kind: "wrong"; readonly message: string };

/** The text of `--help`. */
export const HELP = `Shows the gateway at work, in about a minute: a replica set, 2,000 client connections, an election.

Usage: deno task demo [--keep]

  --keep  Leave the servers and the gateway running at the end, until Ctrl-C
  --help  Print this, and exit

Exits with 0 when all went as promised, with 1 when not, with 2 for a flag that there is not.`;

/** Reads the arguments of the command line. */
export function parseOptions(args: readonly string[]): DemoOptions {
  const unknown = args.find((arg) => arg !== "--keep" && arg !== "--help");
  if (unknown !== undefined) return { kind: "wrong", message: `Unknown argument ${unknown}; see --help` };
  return args.includes("--help") ? { kind: "help" } : { kind: "run", keep: args.includes("--keep") };
}
