import { type CollectionScope, isUnacknowledged, operationSettings } from "../crud/collection_scope.ts";
import { sharedLimits } from "../crud/shared_limits.ts";
import { MongoError, MongoServerError } from "../error.ts";
import { executeOperation, type ExecuteOptions } from "../operation/execute_operation.ts";
import { bulkRuns } from "./bulk_runs.ts";
import type { BulkStatement } from "./bulk_statement.ts";
import { BulkTally } from "./bulk_tally.ts";
import { MongoBulkWriteError } from "./bulk_write_error.ts";
import type { BulkWriteResult } from "./bulk_write_result.ts";
import { type BulkWriteOptions, writeBatch } from "./write_batch.ts";

/**
 * Does the writes of a bulk, with as few commands as the server's limits allow. Rejects with `MongoBulkWriteError` if
 * writes failed, if the server refused a command, or if the bulk could not go on after some of it was done; with what
 * went wrong otherwise.
 */
export async function executeBulk(
  scope: CollectionScope,
  statements: readonly BulkStatement[],
  options: BulkWriteOptions,
  limits: ExecuteOptions,
): Promise<BulkWriteResult> {
  const { ordered = true } = options;
  const tally = new BulkTally(!isUnacknowledged(scope, options));
  const nextLimits = sharedLimits(limits);
  const effective = { ...options, ...operationSettings(scope, options).bson };
  try {
    for (const run of bulkRuns(statements, ordered)) {
      await executeRun(scope, run, effective, nextLimits, tally);
      if (ordered && tally.writeErrors.length > 0) break;
    }
  } catch (error) {
    throw failure(error, tally);
  }
  const { writeErrors, writeConcernErrors, errorLabels } = tally;
  if (writeErrors.length > 0 || writeConcernErrors.length > 0) {
    throw new MongoBulkWriteError(tally.result(), { errorLabels });
  }
  return tally.result();
}

async function executeRun(
  scope: CollectionScope,
  run: readonly BulkStatement[],
  options: BulkWriteOptions,
  nextLimits: () => ExecuteOptions,
  tally: BulkTally,
): Promise<void> {
  const { ordered = true } = options;
  for (let from = 0; from < run.length;) {
    const operation = writeBatch(scope, run, from, options);
    const { statements, reply } = await executeOperation(scope.client.core, operation, nextLimits());
    tally.add(statements, reply, ordered);
    if (ordered && tally.writeErrors.length > 0) return;
    from += statements.length;
  }
}

/** An error that is not the server's is given as it is while nothing has been done. */
function failure(error: unknown, tally: BulkTally): unknown {
  if (tally.isEmpty && !(error instanceof MongoServerError)) return error;
  const labels = error instanceof MongoError ? error.errorLabels : [];
  return new MongoBulkWriteError(tally.result(), { cause: error, errorLabels: [...tally.errorLabels, ...labels] });
}
