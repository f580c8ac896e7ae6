import { assertEquals, assertGreaterOrEqual } from "@std/assert";
import type { MongodVersion, TestServer } from "../../../support/mongod.ts";
import type { Comparison, Side } from "./compare_sides.ts";
import { type Difference, OF_60, OF_ONE_RUN, OF_TORANA, OF_TRANSLATION } from "./differences.ts";

/** The last that knew the legacy messages: what it answers is right. */
export const REFERENCE = "5.0";

/** Exchanges that are compared, or a test has lost its table. */
const LEAST = 150;

/** A server that is spoken to without torana. */
export function direct(server: TestServer): Side {
  return { address: server, server };
}

/** What torana in front of a standalone server may answer otherwise than the reference. */
export function differencesOf(version: MongodVersion | undefined): Difference[] {
  return [...OF_ONE_RUN, ...OF_TORANA, ...version === REFERENCE ? [] : [...OF_TRANSLATION, ...OF_60]];
}

/** A step for each sequence, and one that tells how many exchanges were compared, which must be enough. */
export async function assertAlike(
  t: Deno.TestContext,
  comparisons: AsyncIterable<Comparison>,
  least = LEAST,
): Promise<void> {
  let compared = 0;
  for await (const { sequence, exchanges, faults } of comparisons) {
    compared += exchanges;
    await t.step(`${sequence}: ${exchanges} exchanges`, () => assertEquals(faults, []));
  }
  await t.step(`${compared} exchanges were compared`, () => assertGreaterOrEqual(compared, least));
}
