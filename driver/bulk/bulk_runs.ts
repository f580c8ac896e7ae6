import type { BulkStatement } from "./bulk_statement.ts";

/**
 * Splits a bulk into runs of statements of one kind, each to be sent with one command or, if it is too large, several:
 * neighbours if the order matters, else all of a kind together.
 */
export function bulkRuns(statements: readonly BulkStatement[], ordered: boolean): BulkStatement[][] {
  const runs: BulkStatement[][] = [];
  for (const statement of statements) {
    const run = ordered ? runs.at(-1) : runs.find((run) => run[0]?.kind === statement.kind);
    if (run?.[0]?.kind === statement.kind) run.push(statement);
    else runs.push([statement]);
  }
  return runs;
}
