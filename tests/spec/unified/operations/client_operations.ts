import type { Document } from "bson";
import { call, createChangeStream, type OperationTable } from "./operation.ts";

/** What cases do with a client. */
export const CLIENT_OPERATIONS: OperationTable = {
  appendMetadata: call("appendMetadata", "driverInfoOptions"),
  clientBulkWrite: {
    method: "bulkWrite",
    run: (target, { models, ...options }) => target.bulkWrite(models.map(bulkWriteModel), options),
  },
  close: { method: "close", run: (target) => target.close() },
  createChangeStream,
  dropDatabase: {
    method: "dropDatabase",
    methodOf: "database",
    run: (target, { database, ...options }) => target.db(database).dropDatabase(options),
  },
  listDatabaseNames: call("listDatabaseNames"),
  listDatabases: {
    method: "admin",
    methodOf: "database",
    isIterable: true,
    run: async (target, options) => (await target.db("admin").admin().listDatabases(options)).databases,
  },
};

/** The one key of the test format is a field of the driver's. */
function bulkWriteModel(model: Document): Document {
  const [name, parameters] = Object.entries(model)[0] ?? [];
  return { name, ...parameters };
}
