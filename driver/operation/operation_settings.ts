import type { BSONSerializeOptions } from "../bson_options.ts";
import { inheritBsonOptions } from "../bson_options.ts";
import type { ReadPreferenceMode } from "../client_options.ts";
import { MongoInvalidArgumentError, MongoTransactionError } from "../error.ts";
import { type ReadConcern, type ReadConcernLike, readConcernOf } from "../read_concern.ts";
import { type ReadPreference, validateReadPreference } from "../selection/read_preference.ts";
import type { ClientSession } from "../session/client_session.ts";
import { type WriteConcern, writeConcernOf, type WriteConcernOptions } from "../write_concern.ts";

/** What client, database and collection hand down to their operations. */
export interface OperationSettings {
  /** `{}` for the server's default. */
  readonly readConcern: ReadConcern;
  /** `{}` for the server's default. */
  readonly writeConcern: WriteConcern;
  /** Where reads go. */
  readonly readPreference: ReadPreference;
  /** Milliseconds for a whole operation; 0 means no limit, `undefined` that the older limits hold. */
  readonly timeoutMS: number | undefined;
  /** How documents are encoded and decoded. */
  readonly bson: BSONSerializeOptions;
}

/** A read preference as users give it: whole, or its mode alone. */
export type ReadPreferenceLike = ReadPreference | ReadPreferenceMode;

/** What a user may set for a client, a database, a collection or one operation. */
export interface InheritedOptions extends BSONSerializeOptions {
  /** How consistent what a read sees has to be. */
  readonly readConcern?: ReadConcernLike;
  /** What acknowledges a write. */
  readonly writeConcern?: WriteConcernOptions | number | "majority";
  /** Which servers reads go to. */
  readonly readPreference?: ReadPreferenceLike;
  /** Milliseconds for a whole operation; 0 means no limit. */
  readonly timeoutMS?: number;
}

/** What a user may set for any operation. */
export interface OperationOptions extends InheritedOptions {
  /** The session that the operation is part of. */
  readonly session?: ClientSession;
  /** Gives the operation up when it aborts; the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/**
 * What holds for something inside of what has `parent`'s settings. Throws `MongoAPIError` for a read preference that
 * contradicts itself, and `MongoTransactionError` for a concern where the transaction's holds.
 */
export function inheritSettings(
  parent: OperationSettings,
  options: InheritedOptions & { readonly session?: ClientSession },
): OperationSettings {
  const { readConcern, writeConcern, session } = options;
  if (session?.inTransaction()) checkNoConcern(options);
  const readPreference = options.readPreference ?? transactionReadPreference(session) ?? parent.readPreference;
  return {
    readConcern: readConcern === undefined ? parent.readConcern : readConcernOf(readConcern),
    writeConcern: writeConcern === undefined ? parent.writeConcern : writeConcernOf(writeConcern),
    readPreference: readPreferenceOf(readPreference),
    timeoutMS: operationTimeout(options.timeoutMS, session, parent.timeoutMS),
    bson: inheritBsonOptions(parent.bson, options),
  };
}

/**
 * Milliseconds that one operation may take; `undefined` if the older limits hold. Throws `MongoInvalidArgumentError` for
 * one of its own where `withTransaction` has a limit.
 */
export function operationTimeout(
  own: number | undefined,
  session: ClientSession | undefined,
  inherited: number | undefined,
): number | undefined {
  const left = session?.remainingTimeoutMS;
  if (left === undefined) return own ?? inherited;
  if (own === undefined) return left;
  throw new MongoInvalidArgumentError("timeoutMS is set for an operation in withTransaction, which has a limit itself");
}

function checkNoConcern({ readConcern, writeConcern }: InheritedOptions): void {
  if (readConcern !== undefined) {
    throw new MongoTransactionError("Cannot set read concern after starting a transaction");
  }
  if (writeConcern !== undefined) {
    throw new MongoTransactionError("Cannot set write concern after starting a transaction");
  }
}

function transactionReadPreference(session: ClientSession | undefined): ReadPreference | undefined {
  const transaction = session?.transaction;
  return transaction?.kind === "starting" || transaction?.kind === "inProgress"
    ? transaction.settings.readPreference
    : undefined;
}

/** Makes a read preference of what a user gave. Throws `MongoAPIError` if it contradicts itself. */
export function readPreferenceOf(like: ReadPreferenceLike): ReadPreference {
  const readPreference = typeof like === "string" ? { mode: like } : like;
  validateReadPreference(readPreference);
  return readPreference;
}
