import { assert } from "@std/assert";

/** Fails unless a duration is the expected one, as far as a histogram can tell. */
export function assertAbout(actual: number | null, expected: number): void {
  assert(
    actual !== null && Math.abs(actual - expected) <= expected * 0.02,
    `Expected about ${expected}, got ${actual}`,
  );
}
