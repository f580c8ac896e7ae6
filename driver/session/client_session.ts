import type { Document, Timestamp } from "../../codec/bson_types.ts";
import { MongoAPIError, MongoError, MongoExpiredSessionError, MongoInvalidArgumentError } from "../error.ts";
import type { MongoClient } from "../mongo_client.ts";
import type { ClientCore } from "../operation/client_core.ts";
import type { PinnedConnection } from "../operation/operation.ts";
import { type InheritedOptions, inheritSettings } from "../operation/operation_settings.ts";
import { isAcknowledged } from "../write_concern.ts";
import { type ClusterTime, laterClusterTime } from "./cluster_time.ts";
import { endTransaction } from "./end_transaction.ts";
import type { ServerSession } from "./server_session.ts";
import {
  aborted,
  committed,
  isActive,
  NO_TRANSACTION,
  started,
  statementSent,
  tokenReceived,
  type TransactionSettings,
  type TransactionState,
} from "./transaction_state.ts";
import { withTransaction } from "./with_transaction.ts";

/** What a transaction may be told. */
export type TransactionOptions =
  & Pick<
    InheritedOptions,
    "readConcern" | "writeConcern" | "readPreference" | "timeoutMS"
  >
  & {
    /** The limit of the commit at the server, in milliseconds. */
    readonly maxCommitTimeMS?: number;
  };

/** What a session may be told. */
export interface ClientSessionOptions {
  /** Whether reads see what was read and written before in this session. @default {true}, unless `snapshot` is set */
  readonly causalConsistency?: boolean;
  /** Whether all reads see the same moment; neither writes nor transactions are possible then. @default {false} */
  readonly snapshot?: boolean;
  /** The moment that a snapshot session reads from; that of its first read by default. */
  readonly snapshotTime?: Timestamp;
  /** What holds for transactions that are not told otherwise. */
  readonly defaultTransactionOptions?: TransactionOptions;
  /** Milliseconds to commit, to abort, and for `withTransaction`; those of the client by default. */
  readonly defaultTimeoutMS?: number;
}

/** Where a session has to stay while its transaction lasts. */
export type SessionPin =
  | { readonly kind: "server"; readonly address: string }
  | { readonly kind: "connection"; readonly pinned: PinnedConnection };

/**
 * Operations that belong together: causally, as one snapshot, or in transactions. For one operation at a time.
 *
 * @example
 * ```ts ignore
 * await using session = client.startSession();
 * await session.withTransaction(async () => {
 *   await accounts.updateOne({ _id: "a" }, { $inc: { balance: -1 } }, { session });
 *   await accounts.updateOne({ _id: "b" }, { $inc: { balance: 1 } }, { session });
 * });
 * ```
 */
export class ClientSession implements AsyncDisposable {
  /** The client that the session is of. */
  readonly client: MongoClient;
  /** Whether a user started it; others end with the cursor that they were made for. */
  readonly explicit: boolean;
  /** Whether reads see what was read and written before in this session. */
  readonly causalConsistency: boolean;
  /** Whether all reads see the same moment. */
  readonly snapshotEnabled: boolean;
  /** What holds for transactions that are not told otherwise. */
  readonly defaultTransactionOptions: TransactionOptions;
  /** Milliseconds to commit, to abort, and for `withTransaction`; `undefined` if the older limits hold. */
  readonly defaultTimeoutMS: number | undefined;
  readonly #core: ClientCore;
  #serverSession: ServerSession | null = null;
  #transaction: TransactionState = NO_TRANSACTION;
  #clusterTime: ClusterTime | null = null;
  #operationTime: Timestamp | null = null;
  #snapshotTime: Timestamp | null = null;
  #pin: SessionPin | null = null;
  #deadline: number | null = null;
  #hasEnded = false;

  /**
   * {@linkcode MongoClient.startSession} makes sessions. Throws `MongoInvalidArgumentError` for options that do not go
   * together.
   *
   * @internal
   */
  constructor(client: MongoClient, core: ClientCore, options: ClientSessionOptions, explicit: boolean) {
    checkOptions(options);
    this.client = client;
    this.#core = core;
    this.explicit = explicit;
    this.snapshotEnabled = options.snapshot ?? false;
    this.causalConsistency = options.causalConsistency ?? (explicit && !this.snapshotEnabled);
    this.defaultTransactionOptions = { ...options.defaultTransactionOptions };
    this.defaultTimeoutMS = options.defaultTimeoutMS ?? core.settings.timeoutMS;
    this.#snapshotTime = options.snapshotTime ?? null;
    core.open.add(this);
  }

  /** The session's id as commands carry it; `null` before the first command and after the end. */
  get id(): Document | null {
    return this.#serverSession?.id ?? null;
  }

  /**
   * What servers know the session by; taken from the client's pool when it is first asked for.
   *
   * @internal
   */
  get serverSession(): ServerSession {
    this.#checkUsable();
    return this.#serverSession ??= this.#core.serverSessions.acquire(this.#timeoutMinutes(), performance.now());
  }

  /** Whether it cannot be used any more. */
  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** The latest cluster time that the session has seen; `null` before the first. */
  get clusterTime(): ClusterTime | null {
    return this.#clusterTime;
  }

  /** The time of the latest operation in the session; `null` before the first. */
  get operationTime(): Timestamp | null {
    return this.#operationTime;
  }

  /** The moment that a snapshot session reads from; `null` before its first read, and in others. */
  get snapshotTime(): Timestamp | null {
    return this.#snapshotTime;
  }

  /** Whether the session has to stay with one server or connection. */
  get isPinned(): boolean {
    return this.#pin !== null;
  }

  /**
   * How far the session's transaction is.
   *
   * @internal
   */
  get transaction(): TransactionState {
    return this.#transaction;
  }

  /** Whether commands belong to a transaction. */
  inTransaction(): boolean {
    return isActive(this.#transaction);
  }

  /** Whether `other` is the same session. */
  equals(other: ClientSession): boolean {
    return this === other || (this.#serverSession !== null && this.#serverSession === other.#serverSession);
  }

  /** Moves the session's cluster time forward, to what another session or client has seen. */
  advanceClusterTime(clusterTime: ClusterTime): void {
    this.#clusterTime = laterClusterTime(this.#clusterTime, clusterTime);
  }

  /** Moves the session's operation time forward, so that reads see what another session has done. */
  advanceOperationTime(operationTime: Timestamp): void {
    if (this.#operationTime === null || operationTime.greaterThan(this.#operationTime)) {
      this.#operationTime = operationTime;
    }
  }

  /**
   * Begins a transaction; servers hear of it with its first command. Throws `MongoTransactionError` if one is under way,
   * `MongoAPIError` in a snapshot session, and `MongoInvalidArgumentError` for a write concern without acknowledgement.
   */
  startTransaction(options: TransactionOptions = {}): void {
    this.#checkUsable();
    if (this.snapshotEnabled) throw new MongoAPIError("Transactions are not supported in snapshot sessions");
    const next = started(this.#transaction, this.#transactionSettings(options));
    this.unpin();
    this.serverSession.txnNumber += 1;
    this.#transaction = next;
  }

  /**
   * Makes what was done in the transaction final; may be called again if it failed. Throws `MongoTransactionError` where
   * there is nothing to commit. An error with the label `UnknownTransactionCommitResult` leaves open what happened.
   */
  async commitTransaction(options: { timeoutMS?: number } = {}): Promise<void> {
    const before = this.#transaction;
    const { next, step } = committed(before);
    this.#transaction = next;
    if (step === "nothing" || next.kind !== "committed") return;
    const { settings, recoveryToken } = next;
    await endTransaction(this.#core, this, {
      name: "commitTransaction",
      settings,
      recoveryToken,
      isAgain: step === "sendAgain",
      ...options,
    });
  }

  /**
   * Undoes what was done in the transaction. Throws `MongoTransactionError` where there is nothing to abort; what goes
   * wrong otherwise is not told, since the server drops the transaction in the end.
   */
  async abortTransaction(options: { timeoutMS?: number } = {}): Promise<void> {
    const before = this.#transaction;
    const { next, step } = aborted(before);
    this.#transaction = next;
    try {
      if (step === "nothing" || before.kind !== "inProgress") return;
      const { settings, recoveryToken } = before;
      const end = { name: "abortTransaction", settings, recoveryToken, isAgain: false, ...options } as const;
      await endTransaction(this.#core, this, end);
    } catch (error) {
      if (!(error instanceof MongoError)) throw error;
    } finally {
      this.unpin();
    }
  }

  /**
   * Runs `run` in a transaction and commits it; does it again for failures that may pass, for 120 seconds or
   * `timeoutMS`, so `run` must be able to run more than once, and must not swallow errors of the session's operations.
   * Gives what `run` gave. Rejects with what made it impossible.
   */
  withTransaction<Result>(
    run: (session: this) => Promise<Result>,
    options: TransactionOptions = {},
  ): Promise<Result> {
    return withTransaction(this, () => run(this), options);
  }

  /**
   * What is left of the limit of the `withTransaction` under way, in milliseconds and at least 1, which the operations
   * in it share; `undefined` if there is none.
   *
   * @internal
   */
  get remainingTimeoutMS(): number | undefined {
    return this.#deadline === null ? undefined : Math.max(1, this.#deadline - performance.now());
  }

  /**
   * Sets when the `withTransaction` under way has to be done, as `performance.now()` gives it; `null` when it is.
   *
   * @internal
   */
  setDeadline(deadline: number | null): void {
    this.#deadline = deadline;
  }

  /** Aborts the transaction if there is one and gives the session back; doing it again does nothing. */
  async endSession(): Promise<void> {
    if (this.#hasEnded) return;
    try {
      if (this.inTransaction()) await this.abortTransaction();
    } finally {
      this.#end();
    }
  }

  /** The same as {@linkcode endSession}. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.endSession();
  }

  /**
   * Where the transaction has to go on.
   *
   * @internal
   */
  get pin(): SessionPin | null {
    return this.#pin;
  }

  /**
   * Keeps the session at a server or on a connection, until its transaction is over.
   *
   * @internal
   */
  pinTo(pin: SessionPin): void {
    this.unpin();
    this.#pin = pin;
  }

  /**
   * Lets the session go where it likes, and the connection go that it was kept on.
   *
   * @internal
   */
  unpin(): void {
    if (this.#pin?.kind === "connection") this.#pin.pinned.release();
    this.#pin = null;
  }

  /**
   * Notes that an operation begins; one after the end of a transaction is not part of it.
   *
   * @internal
   */
  onOperation(): void {
    if (this.inTransaction()) return;
    this.unpin();
    this.#transaction = NO_TRANSACTION;
  }

  /**
   * Notes that the first command of a transaction is about to be sent.
   *
   * @internal
   */
  onTransactionCommand(): void {
    this.#transaction = statementSent(this.#transaction);
  }

  /**
   * Learns from a reply, also one that tells of an error.
   *
   * @internal
   */
  onReply(reply: Document): void {
    if (reply.$clusterTime !== undefined) this.advanceClusterTime(reply.$clusterTime);
    if (reply.operationTime !== undefined) this.advanceOperationTime(reply.operationTime);
    if (reply.recoveryToken !== undefined) this.#transaction = tokenReceived(this.#transaction, reply.recoveryToken);
    if (this.snapshotEnabled) this.#snapshotTime ??= reply.cursor?.atClusterTime ?? reply.atClusterTime ?? null;
  }

  /**
   * Notes that a connection was lost while a command of the session was under way.
   *
   * @internal
   */
  markDirty(): void {
    if (this.#serverSession !== null) this.#serverSession.isDirty = true;
  }

  #transactionSettings(options: TransactionOptions): TransactionSettings {
    const inherited = inheritSettings(this.#core.settings, this.defaultTransactionOptions);
    const { readConcern, writeConcern, readPreference } = inheritSettings(inherited, options);
    if (!isAcknowledged(writeConcern)) {
      throw new MongoInvalidArgumentError("Transactions do not support unacknowledged write concern");
    }
    const maxCommitTimeMS = options.maxCommitTimeMS ?? this.defaultTransactionOptions.maxCommitTimeMS;
    const timeoutMS = options.timeoutMS ?? this.defaultTransactionOptions.timeoutMS ?? this.defaultTimeoutMS;
    return {
      readConcern,
      writeConcern,
      readPreference,
      ...(maxCommitTimeMS === undefined ? {} : { maxCommitTimeMS }),
      ...(timeoutMS === undefined ? {} : { timeoutMS }),
    };
  }

  #checkUsable(): void {
    if (this.#hasEnded) throw new MongoExpiredSessionError("Cannot use a session that has ended");
  }

  #timeoutMinutes(): number | null {
    return this.#core.topology?.description.logicalSessionTimeoutMinutes ?? null;
  }

  #end(): void {
    this.unpin();
    this.#hasEnded = true;
    this.#core.open.delete(this);
    const session = this.#serverSession;
    if (session !== null) this.#core.serverSessions.release(session, this.#timeoutMinutes(), performance.now());
  }
}

function checkOptions({ snapshot, snapshotTime, causalConsistency }: ClientSessionOptions): void {
  if (snapshot && causalConsistency) {
    throw new MongoInvalidArgumentError('Properties "causalConsistency" and "snapshot" are mutually exclusive');
  }
  if (snapshotTime !== undefined && !snapshot) {
    throw new MongoInvalidArgumentError('Option "snapshotTime" needs "snapshot", expected both or neither');
  }
}
