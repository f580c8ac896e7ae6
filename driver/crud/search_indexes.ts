import type { Document } from "../../codec/bson_types.ts";
import type { Operation } from "../operation/operation.ts";
import type { CollectionScope } from "./collection_scope.ts";

/** A search index to be made. */
export interface SearchIndexDescription {
  /** Its name. @default {"default"} */
  readonly name?: string;
  /** What is indexed and how. */
  readonly definition: Document;
  /** `search` or `vectorSearch`. @default {"search"} */
  readonly type?: string;
}

/** Makes search indexes and gives their names. */
export function createSearchIndexes(
  scope: CollectionScope,
  indexes: readonly SearchIndexDescription[],
): Operation<string[]> {
  return searchCommand(
    scope,
    "createSearchIndexes",
    { indexes },
    (reply) => reply.indexesCreated.map(({ name }: Document) => name),
  );
}

/** Drops a search index. */
export function dropSearchIndex(scope: CollectionScope, name: string): Operation<void> {
  return searchCommand(scope, "dropSearchIndex", { name }, () => {});
}

/** Changes the definition of a search index. */
export function updateSearchIndex(scope: CollectionScope, name: string, definition: Document): Operation<void> {
  return searchCommand(scope, "updateSearchIndex", { name, definition }, () => {});
}

function searchCommand<Result>(
  { database, collection }: CollectionScope,
  commandName: string,
  fields: Document,
  result: (reply: Document) => Result,
): Operation<Result> {
  return {
    commandName,
    database,
    kind: "command",
    command: () => ({ body: { [commandName]: collection, ...fields } }),
    result,
  };
}
