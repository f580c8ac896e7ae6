import type { BSONSerializeOptions } from "../bson_options.ts";
import type { MongoClient } from "../mongo_client.ts";
import { inheritSettings, type OperationSettings } from "../operation/operation_settings.ts";
import type { Operation } from "../operation/operation.ts";
import { isAcknowledged } from "../write_concern.ts";
import type { CommandOperationOptions } from "./crud_options.ts";

/** Where an operation on a collection runs, and what it inherits. */
export interface CollectionScope {
  readonly client: MongoClient;
  readonly database: string;
  /** `null` for what runs on a database, as some aggregations. */
  readonly collection: string | null;
  readonly settings: OperationSettings;
}

/** What an operation itself adds to what {@linkcode readOperation} and {@linkcode writeOperation} work out. */
export type OperationParts<Result> = Pick<Operation<Result>, "commandName" | "command" | "result">;

/** The options of an operation for which there are none. */
export const NO_OPTIONS = {};

/** What holds for one operation. */
export function operationSettings(scope: CollectionScope, options: CommandOperationOptions): OperationSettings {
  return options === NO_OPTIONS ? scope.settings : inheritSettings(scope.settings, options);
}

/** A read, which may be sent again. */
export function readOperation<Result>(
  scope: CollectionScope,
  options: CommandOperationOptions,
  parts: OperationParts<Result>,
): Operation<Result> {
  const { readPreference, readConcern, bson } = operationSettings(scope, options);
  return {
    ...commonParts(scope, options, parts),
    kind: "read",
    retryable: true,
    readPreference,
    readConcern,
    bson,
  };
}

/** The numbers that a server says of a write are numbers, however the user wants his own. */
function countable(bson: BSONSerializeOptions): BSONSerializeOptions {
  return bson.promoteValues === false ? { ...bson, promoteValues: true } : bson;
}

/** A write, which may be sent again if `retryable` says so: with a number by which the server knows it. */
export function writeOperation<Result>(
  scope: CollectionScope,
  options: CommandOperationOptions,
  retryable: boolean,
  parts: OperationParts<Result>,
): Operation<Result> {
  const { writeConcern, bson } = operationSettings(scope, options);
  return { ...commonParts(scope, options, parts), kind: "write", retryable, writeConcern, bson: countable(bson) };
}

/** Whether a write is not to be answered; in a transaction every one is. */
export function isUnacknowledged(scope: CollectionScope, options: CommandOperationOptions): boolean {
  if (options.session?.inTransaction()) return false;
  return !isAcknowledged(operationSettings(scope, options).writeConcern);
}

function commonParts<Result>(
  scope: CollectionScope,
  { session, maxTimeMS }: CommandOperationOptions,
  parts: OperationParts<Result>,
): Pick<Operation<Result>, "database" | "session" | "maxTimeMS"> & OperationParts<Result> {
  const common = { ...parts, database: scope.database, session: session ?? null };
  return maxTimeMS === undefined ? common : { ...common, maxTimeMS };
}
