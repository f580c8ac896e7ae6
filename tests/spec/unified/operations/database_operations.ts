import type { Document } from "bson";
import type { DriverObject } from "../driver_interface.ts";
import { call, createChangeStream, list, opened, type OperationTable } from "./operation.ts";

/** What cases do with a database. */
export const DATABASE_OPERATIONS: OperationTable = {
  aggregate: list("aggregate", "pipeline"),
  createChangeStream,
  createCollection: call("createCollection", "collection"),
  createCommandCursor: {
    method: "runCursorCommand",
    run: async (target, args, driver) => await opened(commandCursor(target, args), driver),
  },
  dropCollection: call("dropCollection", "collection"),
  listCollectionNames: call("listCollectionNames"),
  listCollectionObjects: call("listCollectionObjects"),
  listCollections: list("listCollections", "filter"),
  modifyCollection: {
    method: "command",
    run: (target, { collection, ...options }) => target.command({ collMod: collection, ...options }),
  },
  runCommand: {
    method: "command",
    run: (target, { command, commandName: _, ...options }) => target.command(command, options),
  },
  runCursorCommand: {
    method: "runCursorCommand",
    isIterable: true,
    run: (target, args) => commandCursor(target, args).toArray(),
  },
};

function commandCursor(target: DriverObject, args: Document): DriverObject {
  const { command, commandName: _, batchSize, maxTimeMS, comment, ...options } = args;
  const cursor = target.runCursorCommand(command, options);
  if (batchSize !== undefined) cursor.setBatchSize(batchSize);
  if (maxTimeMS !== undefined) cursor.setMaxTimeMS(maxTimeMS);
  if (comment !== undefined) cursor.setComment(comment);
  return cursor;
}
