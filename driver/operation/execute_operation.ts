import type { ClientCore } from "./client_core.ts";
import { giveUpFor, within } from "./give_up.ts";
import type { Operation } from "./operation.ts";
import { OperationRun } from "./operation_run.ts";

/** What limits one execution. */
export interface ExecuteOptions {
  /** Gives the operation up when it aborts; the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds for everything, retries included; 0 means no limit, absent that the older limits hold. */
  readonly timeoutMS?: number | undefined;
}

/**
 * Runs an operation: chooses a server, takes a connection and a session, completes the command, sends it, learns from
 * the reply, and does it again where the specifications say so.
 *
 * Rejects with `MongoServerError`, `MongoWriteConcernError`, `MongoNetworkError`, `MongoServerSelectionError`,
 * `MongoWaitQueueError`, `MongoOperationTimeoutError`, `MongoNotConnectedError`, `MongoClientClosedError`, what the operation throws, or the
 * reason of `signal`.
 */
export async function executeOperation<Result>(
  core: ClientCore,
  operation: Operation<Result>,
  options: ExecuteOptions = {},
): Promise<Result> {
  const giveUp = giveUpFor(options);
  const topology = core.topology ?? await within(core.connect(), giveUp);
  const run = new OperationRun(core, topology, operation, { giveUp, timeoutMS: options.timeoutMS });
  try {
    for (;;) {
      try {
        return await run.attempt();
      } catch (error) {
        await run.prepareRetry(error);
      }
    }
  } finally {
    run.end();
  }
}
