import { call, type OperationTable } from "./operation.ts";

/** What cases do with a session; `withTransaction`, which runs operations, is not among them. */
export const SESSION_OPERATIONS: OperationTable = {
  abortTransaction: call("abortTransaction"),
  commitTransaction: call("commitTransaction"),
  endSession: call("endSession"),
  getSnapshotTime: { method: null, run: (target) => Promise.resolve(target.snapshotTime) },
  startTransaction: {
    method: "startTransaction",
    run: async (target, options) => await target.startTransaction(options),
  },
};
