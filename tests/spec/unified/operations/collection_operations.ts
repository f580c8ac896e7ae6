import { returnDocument } from "../common_options.ts";
import { call, createChangeStream, list, opened, type Operation, type OperationTable } from "./operation.ts";

/** What cases do with a collection. */
export const COLLECTION_OPERATIONS: OperationTable = {
  aggregate: list("aggregate", "pipeline"),
  bulkWrite: call("bulkWrite", "requests"),
  count: call("count", "filter"),
  countDocuments: call("countDocuments", "filter"),
  createChangeStream,
  createFindCursor: {
    method: "find",
    run: async (target, { filter, ...options }, driver) => {
      if (filter === undefined) throw new Error("createFindCursor has no filter");
      return await opened(target.find(filter, options), driver);
    },
  },
  createIndex: call("createIndex", "keys"),
  createSearchIndex: call("createSearchIndex", "model"),
  createSearchIndexes: call("createSearchIndexes", "models"),
  deleteMany: call("deleteMany", "filter"),
  deleteOne: call("deleteOne", "filter"),
  distinct: call("distinct", "fieldName", "filter"),
  dropIndex: call("dropIndex", "name"),
  dropIndexes: call("dropIndexes"),
  dropSearchIndex: call("dropSearchIndex", "name"),
  estimatedDocumentCount: call("estimatedDocumentCount"),
  find: list("find", "filter"),
  findOne: call("findOne", "filter"),
  findOneAndDelete: call("findOneAndDelete", "filter"),
  findOneAndReplace: withReturnDocument(call("findOneAndReplace", "filter", "replacement")),
  findOneAndUpdate: withReturnDocument(call("findOneAndUpdate", "filter", "update")),
  insertMany: call("insertMany", "documents"),
  insertOne: call("insertOne", "document"),
  listIndexes: list("listIndexes"),
  listIndexNames: call("listIndexNames"),
  listSearchIndexes: {
    method: "listSearchIndexes",
    isIterable: true,
    run: (target, { name, aggregationOptions }) => target.listSearchIndexes(name, aggregationOptions).toArray(),
  },
  mapReduce: call("mapReduce", "map", "reduce"),
  rename: call("rename", "to"),
  replaceOne: call("replaceOne", "filter", "replacement"),
  updateMany: call("updateMany", "filter", "update"),
  updateOne: call("updateOne", "filter", "update"),
  updateSearchIndex: call("updateSearchIndex", "name", "definition"),
};

function withReturnDocument(operation: Operation): Operation {
  return {
    ...operation,
    run: async (target, args, driver) => await operation.run(target, returnDocument(args), driver),
  };
}
