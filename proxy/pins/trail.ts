import type { CommandView } from "../../codec/command.ts";
import type { ReplyView } from "../../codec/reply.ts";
import type { Connection } from "../../driver/connection.ts";
import type { Server, Topology } from "../../driver/sdam/topology.ts";
import type { ClientGroup } from "../client/client_group.ts";
import type { ConnectionPin } from "./connection_pin.ts";
import { type CursorPin, sessionKey } from "./cursor_pins.ts";
import type { ClientId } from "../event.ts";
import type { PinReason } from "./pin_reason.ts";
import type { Pins } from "./pins.ts";
import type { TransactionPin } from "./transaction_pins.ts";

/** Errors after which a server has the cursor no longer. */
const CURSOR_GONE = new Set([
  43, // CursorNotFound
  136, // CappedPositionLost
  175, // QueryPlanKilled
  237, // CursorKilled
  280, // ChangeStreamFatalError
  286, // ChangeStreamHistoryLost
]);

const NO_SUCH_TRANSACTION = 251;

/** The client as far as its trails are concerned. */
export interface TrailOwner {
  readonly id: ClientId;
  readonly group: ClientGroup;
  /** Drivers in load-balanced mode pin their cursors and transactions to a connection, and so do we. */
  readonly isLoadBalanced: boolean;
}

/**
 * What one command does to cursors and transactions: where they make it go, and what its reply makes of them.
 * Most commands leave no trail. Holds no view of the message.
 */
export class Trail {
  readonly #pins: Pins;
  readonly #owner: TrailOwner;
  readonly #session: string | null;
  readonly #legacyNamespace: string | null;
  readonly #opensCursor: boolean;
  readonly #opensAwaiting: boolean;
  readonly #starts: { readonly lsid: Uint8Array; readonly txnNumber: bigint } | null;
  readonly #ends: boolean;
  #cursor: CursorPin | null;
  #transaction: TransactionPin | null;
  #server: Server | null = null;
  #hasReserved = false;
  /** The pin of this command's connection: found by its cursor or transaction, or made by its reply. */
  #connectionPin: ConnectionPin | null;

  constructor(command: CommandView, owner: TrailOwner, pins: Pins) {
    const lsid = command.lsid;
    this.#pins = pins;
    this.#owner = owner;
    this.#session = lsid === null ? null : sessionKey(lsid);
    this.#legacyNamespace = command.isLegacy ? namespaceOf(command) : null;
    this.#opensCursor = command.opensCursor;
    this.#opensAwaiting = this.#opensCursor && command.opensAwaitingCursor;
    this.#cursor = command.continuesCursor
      ? pins.cursors.find({
        id: command.cursorId ?? 0n,
        namespace: namespaceOf(command),
        session: this.#session,
      })
      : null;
    const inTransaction = command.autocommit === false && this.#session !== null;
    const txnNumber = inTransaction ? command.txnNumber : null;
    this.#starts = txnNumber !== null && lsid !== null && command.startTransaction
      ? { lsid: lsid.slice(), txnNumber }
      : null;
    this.#ends = inTransaction &&
      (command.name === "commitTransaction" || command.name === "abortTransaction");
    this.#transaction = txnNumber !== null && this.#starts === null
      ? pins.transactions.find(this.#session!, txnNumber)
      : null;
    this.#connectionPin = this.#cursor?.connection ?? this.#transaction?.connection ?? null;
    this.#touch();
  }

  /** The connection that the command has to use, if there is one. */
  get connectionPin(): ConnectionPin | null {
    return this.#connectionPin;
  }

  /** What the command goes on with, if that is pinned here. */
  get continued(): CursorPin | TransactionPin | null {
    return this.#cursor ?? this.#transaction;
  }

  /** Whether the command waits at the server until data comes. */
  get isAwaiting(): boolean {
    return this.#cursor?.awaiting ?? false;
  }

  /**
   * The server that the command has to go to, if there is one and the deployment still has it. A transaction keeps to
   * its `mongos` while that is there; in a replica set it follows the primary, which may be another when a commit is
   * asked for again.
   */
  pinnedServer(topology: Topology): Server | null {
    if (this.#cursor !== null) return topology.server(this.#cursor.server);
    const server = this.#transaction === null ? null : topology.server(this.#transaction.server);
    return server?.description.type === "Mongos" ? server : null;
  }

  /**
   * Takes a place for a connection that may stay pinned, where cursors and transactions are tied to connections.
   * `false`: there is none left, and the command must not run behind a load balancer.
   */
  reserve(server: Server): boolean {
    const mayPin = (this.#opensCursor || this.#starts !== null) && this.#connectionPin === null;
    if (!mayPin || !this.#tiesToConnections(server)) return true;
    this.#server = server;
    this.#hasReserved = this.#pins.connections.reserve(server);
    return this.#hasReserved || server.description.type !== "LoadBalancer";
  }

  /** The command is about to leave on `connection`. */
  leaves(server: Server, connection: Connection): void {
    this.#server = server;
    if (this.#starts === null) return;
    const pin = this.#hold(connection, "transaction");
    this.#transaction = {
      session: this.#session!,
      ...this.#starts,
      server: server.address,
      group: this.#owner.group,
      connection: pin,
      usedAt: this.#pins.now,
    };
    this.#pins.addTransaction(this.#transaction);
  }

  /** The reply is here. */
  arrived(reply: ReplyView, connection: Connection): void {
    if (this.#opensCursor) this.#onCursorOpened(reply, connection);
    else if (this.#cursor !== null) this.#onCursorContinued(this.#cursor, reply);
    if (this.#transaction !== null) this.#onStatement(this.#transaction, reply);
    this.#freeUnused();
  }

  /** There will be no reply. */
  failed(): void {
    if (this.#cursor?.connection?.connection.isClosed) this.#pins.dropCursor(this.#cursor);
    if (this.#transaction?.connection?.connection.isClosed) {
      this.#pins.dropTransaction(this.#transaction);
    }
    this.#freeUnused();
  }

  /** The client went before the reply came: nobody knows of a cursor that it opened. */
  disown(): void {
    if (this.#opensCursor && this.#cursor !== null) this.#pins.release([this.#cursor], []);
  }

  #tiesToConnections(server: Server): boolean {
    return this.#owner.isLoadBalanced || server.description.type === "LoadBalancer";
  }

  #touch(): void {
    if (this.#cursor !== null) this.#pins.cursors.touch(this.#cursor, this.#pins.now);
    if (this.#transaction !== null) {
      this.#pins.transactions.touch(this.#transaction, this.#pins.now);
    }
  }

  #onCursorOpened(reply: ReplyView, connection: Connection): void {
    const id = reply.ok ? reply.cursorId : null;
    if (id === null || id === 0n) return;
    this.#cursor = {
      id,
      namespace: reply.cursorNamespace ?? this.#legacyNamespace ?? "",
      session: this.#session,
      server: this.#server!.address,
      awaiting: this.#opensAwaiting,
      group: this.#owner.group,
      connection: this.#hold(connection, "cursor"),
      usedAt: this.#pins.now,
    };
    this.#pins.addCursor(this.#cursor);
  }

  #onCursorContinued(cursor: CursorPin, reply: ReplyView): void {
    const isGone = reply.ok ? reply.cursorId === 0n : CURSOR_GONE.has(reply.code ?? 0);
    if (isGone) this.#pins.dropCursor(cursor);
  }

  #onStatement(transaction: TransactionPin, reply: ReplyView): void {
    const isOver = this.#ends
      ? reply.ok || reply.code === NO_SUCH_TRANSACTION
      : !reply.ok && reply.errorLabels.includes("TransientTransactionError");
    if (isOver) this.#pins.dropTransaction(transaction);
  }

  /** Holds the command's connection if it is pinned already or a place for it was taken. */
  #hold(connection: Connection, reason: PinReason): ConnectionPin | null {
    if (this.#connectionPin !== null) return this.#connectionPin.hold();
    if (!this.#hasReserved || this.#server === null) return null;
    this.#hasReserved = false;
    this.#connectionPin = this.#pins.connections.pin(
      connection,
      this.#server,
      this.#owner.id,
      reason,
    );
    return this.#connectionPin.hold();
  }

  #freeUnused(): void {
    if (!this.#hasReserved || this.#server === null) return;
    this.#hasReserved = false;
    this.#pins.connections.free(this.#server);
  }
}

/** The trail that a command leaves, `null` if none. */
export function trailOf(command: CommandView, owner: TrailOwner, pins: Pins): Trail | null {
  const leavesTrail = command.opensCursor || command.continuesCursor ||
    command.autocommit === false;
  return leavesTrail ? new Trail(command, owner, pins) : null;
}

/** `db.collection`, as cursors are told apart by. */
export function namespaceOf(command: CommandView): string {
  return `${command.database}.${command.collection ?? ""}`;
}
