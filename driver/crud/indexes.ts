import type { Document } from "../../codec/bson_types.ts";
import { MongoCompatibilityError } from "../error.ts";
import type { Operation } from "../operation/operation.ts";
import { type CollectionScope, writeOperation } from "./collection_scope.ts";
import { withFields } from "./command_body.ts";
import type { CollationOptions, CommandOperationOptions } from "./crud_options.ts";
import { type IndexDirection, indexKey, indexName, type IndexSpecification } from "./index_key.ts";

/** What an index may be told, besides its keys. */
export interface IndexOptions {
  /** Its name; made of the keys by default. */
  readonly name?: string;
  /** Refuse documents with keys that are there already. @default {false} */
  readonly unique?: boolean;
  /** Leave documents out that do not have the field. @default {false} */
  readonly sparse?: boolean;
  /** Leave documents out that do not satisfy this filter. */
  readonly partialFilterExpression?: Document;
  /** Seconds after which documents are deleted. */
  readonly expireAfterSeconds?: number;
  /** Do not use it for queries. @default {false} */
  readonly hidden?: boolean;
  /** How texts are compared. */
  readonly collation?: CollationOptions;
  /** Accepted, and ignored by servers. */
  readonly background?: boolean;
  /** Options of the storage engine. */
  readonly storageEngine?: Document;
  /** Version of the index. */
  readonly version?: number;
  /** Weights of fields in a text index. */
  readonly weights?: Document;
  /** Language of a text index. */
  readonly default_language?: string;
  /** Field that holds a document's language. */
  readonly language_override?: string;
  /** Version of a text index. */
  readonly textIndexVersion?: number;
  /** Version of an index on a sphere. */
  readonly "2dsphereIndexVersion"?: number;
  /** Precision of an index on a plane, in bits. */
  readonly bits?: number;
  /** Lower bound of an index on a plane. */
  readonly min?: number;
  /** Upper bound of an index on a plane. */
  readonly max?: number;
  /** Size of buckets of a haystack. */
  readonly bucketSize?: number;
  /** Which fields a wildcard index has. */
  readonly wildcardProjection?: Document;
}

/** An index to be made. */
export interface IndexDescription extends IndexOptions {
  /** Its fields, in their order, with their directions. */
  readonly key: Readonly<Record<string, IndexDirection>> | ReadonlyMap<string, IndexDirection>;
}

/** What the command itself may be told. */
export interface CreateIndexesCommandOptions extends CommandOperationOptions {
  /** How many members must have built the indexes. */
  readonly commitQuorum?: number | string;
}

/** Options of `createIndex`, of the index and of the command. */
export type CreateIndexesOptions = IndexOptions & CreateIndexesCommandOptions;

/** Options of `dropIndex` and `dropIndexes`. */
export type DropIndexesOptions = CommandOperationOptions;

/** The first wire version (MongoDB 4.4) that knows `commitQuorum`. */
const COMMIT_QUORUM = 9;

/** Makes indexes and gives their names. */
export function createIndexes(
  scope: CollectionScope,
  descriptions: readonly IndexDescription[],
  options: CreateIndexesCommandOptions,
): Operation<string[]> {
  const indexes = descriptions.map(indexDocument);
  const { commitQuorum, comment } = options;
  return writeOperation(scope, options, false, {
    commandName: "createIndexes",
    command({ address, maxWireVersion }) {
      if (commitQuorum !== undefined && maxWireVersion < COMMIT_QUORUM) {
        throw new MongoCompatibilityError(
          `Option commitQuorum needs wire version ${COMMIT_QUORUM}; ${address} has ${maxWireVersion}`,
        );
      }
      return { body: withFields({ createIndexes: scope.collection, indexes }, { commitQuorum, comment }) };
    },
    result: () => indexes.map(({ name }) => name),
  });
}

/** Describes an index of which keys and options are given apart. */
export function describeIndex(keys: IndexSpecification, options: CreateIndexesOptions): IndexDescription {
  const description: Document = { key: indexKey(keys) };
  for (const name of INDEX_OPTIONS) if (options[name] !== undefined) description[name] = options[name];
  return description as IndexDescription;
}

const INDEX_OPTIONS = [
  "name",
  "unique",
  "sparse",
  "partialFilterExpression",
  "expireAfterSeconds",
  "hidden",
  "collation",
  "background",
  "storageEngine",
  "version",
  "weights",
  "default_language",
  "language_override",
  "textIndexVersion",
  "2dsphereIndexVersion",
  "bits",
  "min",
  "max",
  "bucketSize",
  "wildcardProjection",
] as const satisfies readonly (keyof IndexOptions)[];

function indexDocument({ key, version, ...options }: IndexDescription): Document {
  const keys = key instanceof Map ? key : new Map(Object.entries(key));
  return withFields({ key: keys, name: indexName(keys) }, { ...options, v: version });
}

/** Drops an index by its name, or all but that of `_id` with `*`. */
export function dropIndexes(scope: CollectionScope, name: string, options: DropIndexesOptions): Operation<Document> {
  return writeOperation(scope, options, false, {
    commandName: "dropIndexes",
    command: () => ({
      body: withFields({ dropIndexes: scope.collection, index: name }, { comment: options.comment }),
    }),
    result: (reply) => reply,
  });
}
