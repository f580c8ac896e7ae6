import type { Document } from "../../codec/bson_types.ts";
import {
  MongoAPIError,
  MongoCompatibilityError,
  MongoError,
  MongoExpiredSessionError,
  MongoInvalidArgumentError,
  MongoTransactionError,
} from "../error.ts";
import { PRIMARY } from "../selection/read_preference.ts";
import type { ClientSession } from "../session/client_session.ts";
import { type ClusterTime, laterClusterTime } from "../session/cluster_time.ts";
import type { ServerSession } from "../session/server_session.ts";
import type { CommandExtras } from "./assemble_command.ts";
import type { ClientCore } from "./client_core.ts";
import type { Operation, PinnedConnection, ServerFacts } from "./operation.ts";
import { ownReadConcern, sessionReadConcern } from "./session_read_concern.ts";

/** The first wire version (MongoDB 5.0) with snapshot reads outside of transactions. */
const SNAPSHOT_WIRE_VERSION = 13;

/** A command's part in a transaction. */
export type TransactionRole = "start" | "continue" | "commit" | "abort" | null;

/** The session of one operation: the user's, or one that is borrowed while the operation runs. */
export class SessionUse {
  readonly session: ClientSession | null;
  /** The same for each attempt. */
  readonly role: TransactionRole;
  readonly #core: ClientCore;
  readonly #operation: Operation<unknown>;
  #borrowed: ServerSession | null = null;
  /** Of a retryable write; the same for each attempt. */
  #txnNumber: number | null = null;

  /**
   * Throws `MongoExpiredSessionError` if the session has ended, `MongoInvalidArgumentError` if it is another client's,
   * and `MongoTransactionError` for a read preference that the transaction cannot have.
   */
  constructor(core: ClientCore, operation: Operation<unknown>) {
    this.#core = core;
    this.#operation = operation;
    this.session = operation.session ?? null;
    this.role = this.session === null ? null : this.#enter(this.session);
  }

  /** Whether the command is part of a transaction, and not its end. */
  get isStatement(): boolean {
    return this.role === "start" || this.role === "continue";
  }

  /** Whether an attempt numbered the write, so that further ones can be told from it. */
  get isNumbered(): boolean {
    return this.#txnNumber !== null;
  }

  /** The connection that the session has to stay on. */
  get pinned(): PinnedConnection | null {
    const pin = this.session?.pin;
    return pin?.kind === "connection" ? pin.pinned : null;
  }

  /** The server that the session has to stay with. */
  get address(): string | null {
    const pin = this.session?.pin;
    return pin?.kind === "server" ? pin.address : null;
  }

  /**
   * What the session adds to a command for this server; `isNumbered` asks for a number by which the server knows the
   * write again. Throws `MongoCompatibilityError` if the server cannot do what the session asks for, and
   * `MongoAPIError` for a write of a user's session that is not to be answered.
   */
  extras(
    facts: ServerFacts,
    { isNumbered, isUnacknowledged }: { isNumbered: boolean; isUnacknowledged: boolean },
  ): Pick<CommandExtras, "lsid" | "txnNumber" | "transaction" | "clusterTime" | "readConcern"> {
    const serverSession = this.#serverSession(facts, isUnacknowledged);
    if (this.role === "start") this.session?.onTransactionCommand();
    return {
      lsid: serverSession?.id ?? null,
      txnNumber: serverSession === null ? null : this.#number(serverSession, isNumbered),
      transaction: this.role === null ? null : this.role === "start" ? "start" : "continue",
      clusterTime: this.#clusterTime(facts),
      readConcern: this.#readConcern(facts),
    };
  }

  /** Learns from a reply, also one that tells of an error. */
  learn(reply: Document): void {
    if (reply.$clusterTime !== undefined) {
      this.#core.clusterTime = laterClusterTime(this.#core.clusterTime, reply.$clusterTime);
    }
    this.session?.onReply(reply);
  }

  /** Notes that a connection was lost while a command was under way. */
  markDirty(): void {
    if (this.#borrowed !== null) this.#borrowed.isDirty = true;
    this.session?.markDirty();
  }

  /** Lets the session go elsewhere if the failure ends the transaction, or its server may not be reachable. */
  unpinAfter(error: unknown): void {
    if (this.role === null || !(error instanceof MongoError)) return;
    const isOver = this.role === "abort" || error.hasErrorLabel("TransientTransactionError") ||
      (this.role === "commit" && error.hasErrorLabel("UnknownTransactionCommitResult"));
    if (isOver) this.session?.unpin();
  }

  /** Gives back what was borrowed; `timeoutMinutes` is how long servers remember a session. */
  end(timeoutMinutes: number | null): void {
    if (this.#borrowed === null) return;
    this.#core.serverSessions.release(this.#borrowed, timeoutMinutes, performance.now());
    this.#borrowed = null;
  }

  #enter(session: ClientSession): TransactionRole {
    if (session.hasEnded) throw new MongoExpiredSessionError("Cannot use a session that has ended");
    if (!this.#core.open.has(session)) {
      throw new MongoInvalidArgumentError("ClientSession must be from the same MongoClient");
    }
    const { commandName, retryable, readPreference = PRIMARY } = this.#operation;
    if (retryable === "always") return commandName === "commitTransaction" ? "commit" : "abort";
    session.onOperation();
    if (!session.inTransaction()) return null;
    if (readPreference.mode !== "primary") {
      throw new MongoTransactionError(`Read preference in a transaction must be primary, not: ${readPreference.mode}`);
    }
    return session.transaction.kind === "starting" ? "start" : "continue";
  }

  #serverSession({ sessionTimeoutMinutes }: ServerFacts, isUnacknowledged: boolean): ServerSession | null {
    if (this.session?.explicit) {
      if (isUnacknowledged) throw new MongoAPIError("Cannot have explicit session with unacknowledged writes");
      if (sessionTimeoutMinutes === null) {
        throw new MongoCompatibilityError("Current topology does not support sessions");
      }
    }
    if (isUnacknowledged || sessionTimeoutMinutes === null || this.#operation.omitsSession) return null;
    if (this.session !== null) return this.session.serverSession;
    return this.#borrowed ??= this.#core.serverSessions.acquire(sessionTimeoutMinutes, performance.now());
  }

  #number(serverSession: ServerSession, isNumbered: boolean): number | null {
    serverSession.lastUse = performance.now();
    if (this.role !== null) return serverSession.txnNumber;
    if (!isNumbered) return null;
    return this.#txnNumber ??= serverSession.txnNumber += 1;
  }

  #clusterTime({ type }: ServerFacts): ClusterTime | null {
    if (type === "Standalone") return null;
    return laterClusterTime(this.#core.clusterTime, this.session?.clusterTime ?? null);
  }

  #readConcern({ maxWireVersion }: ServerFacts): Document | null {
    if (this.session?.snapshotEnabled && maxWireVersion < SNAPSHOT_WIRE_VERSION) {
      throw new MongoCompatibilityError("Snapshot reads require MongoDB 5.0 or later");
    }
    return sessionReadConcern(ownReadConcern(this.#operation), this.session, this.role);
  }
}
