/**
 * `deno run -A find_main.ts [VERSION]` exits with 0 where {@linkcode findMongod} finds one and with 3 where there is none.
 *
 * @module
 */
import { findMongod, type MongodVersion } from "./find.ts";

/** The exit code that says: there is no such mongod. */
export const NONE = 3;

if (import.meta.main) {
  const mongod = await findMongod(Deno.args[0] as MongodVersion | undefined);
  if (mongod === null) Deno.exit(NONE);
}
