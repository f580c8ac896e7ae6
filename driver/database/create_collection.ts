import type { Document } from "../../codec/bson_types.ts";
import { type CollectionScope, writeOperation } from "../crud/collection_scope.ts";
import { withFields } from "../crud/command_body.ts";
import type { CommandOperationOptions } from "../crud/crud_options.ts";
import type { Operation } from "../operation/operation.ts";

/** How a collection of measurements over time is laid out. */
export interface TimeSeriesCollectionOptions {
  /** The field with the time of a measurement. */
  readonly timeField: string;
  /** The field that says what was measured. */
  readonly metaField?: string;
  /** How close together measurements come: `seconds`, `minutes` or `hours`. */
  readonly granularity?: "seconds" | "minutes" | "hours" | string;
  /** The longest time that a bucket may hold, in seconds. */
  readonly bucketMaxSpanSeconds?: number;
  /** What the beginning of a bucket is rounded down to, in seconds. */
  readonly bucketRoundingSeconds?: number;
}

/** Options of `createCollection`; the server's names and meanings. */
export interface CreateCollectionOptions extends CommandOperationOptions {
  /** Whether old documents make room for new ones. */
  readonly capped?: boolean;
  /** Most bytes of a capped collection. */
  readonly size?: number;
  /** Most documents of a capped collection. */
  readonly max?: number;
  /** What the storage engine is told. */
  readonly storageEngine?: Document;
  /** What documents have to look like. */
  readonly validator?: Document;
  /** Which writes are checked: `off`, `moderate` or `strict`. */
  readonly validationLevel?: string;
  /** What is done about documents that are wrong: `warn` or `error`. */
  readonly validationAction?: string;
  /** What indexes are told that are not told otherwise. */
  readonly indexOptionDefaults?: Document;
  /** The collection that this is a view of. */
  readonly viewOn?: string;
  /** What makes the view of it. */
  readonly pipeline?: readonly Document[];
  /** Makes it one of measurements over time. */
  readonly timeseries?: TimeSeriesCollectionOptions;
  /** Makes `_id` the order in which documents are kept. */
  readonly clusteredIndex?: Document;
  /** After how many seconds documents are removed, of time series and clustered collections. */
  readonly expireAfterSeconds?: number;
  /** Whether change streams can show documents before and after changes. */
  readonly changeStreamPreAndPostImages?: { readonly enabled: boolean };
}

/** Creates a collection or a view; `scope` is the collection's. */
export function createCollection(scope: CollectionScope, options: CreateCollectionOptions): Operation<void> {
  return writeOperation(scope, options, false, {
    commandName: "create",
    command: () => ({ body: withFields({ create: scope.collection }, fieldsOf(options)) }),
    result: () => {},
  });
}

function fieldsOf(options: CreateCollectionOptions): Document {
  const { capped, size, max, storageEngine, validator, validationLevel, validationAction, viewOn, pipeline } = options;
  const { timeseries, clusteredIndex, expireAfterSeconds, changeStreamPreAndPostImages, collation, comment } = options;
  return {
    capped,
    size,
    max,
    storageEngine,
    validator,
    validationLevel,
    validationAction,
    indexOptionDefaults: options.indexOptionDefaults,
    viewOn,
    pipeline,
    timeseries,
    clusteredIndex,
    expireAfterSeconds,
    changeStreamPreAndPostImages,
    collation,
    comment,
  };
}
