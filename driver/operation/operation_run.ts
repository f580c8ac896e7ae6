import { serialize } from "bson";
import type { Document } from "../../codec/bson_types.ts";
import { encodeOpMsg, OpMsgFlag } from "../../codec/op_msg.ts";
import { type Connection, nextRequestId } from "../connection.ts";
import {
  MongoAPIError,
  MongoCompatibilityError,
  MongoExpiredSessionError,
  MongoInvalidArgumentError,
  MongoNetworkError,
  MongoOperationTimeoutError,
  MongoServerError,
  MongoServerSelectionError,
  MongoTransactionError,
  MongoWriteConcernError,
} from "../error.ts";
import { CommandMonitor } from "../monitoring/command_monitor.ts";
import { isSensitive } from "../monitoring/redaction.ts";
import type { Server, Topology } from "../sdam/topology.ts";
import { parseTopologyVersion } from "../sdam/topology_version.ts";
import { PRIMARY } from "../selection/read_preference.ts";
import type { SelectionRequest } from "../selection/selection_cache.ts";
import type { ClientSession } from "../session/client_session.ts";
import { laterClusterTime } from "../session/cluster_time.ts";
import type { ServerSession } from "../session/server_session.ts";
import { isAcknowledged, writeConcernDocument } from "../write_concern.ts";
import { assembleCommand, readPreferenceDocument } from "./assemble_command.ts";
import { checkOut, findServer } from "./check_out.ts";
import type { ClientCore } from "./client_core.ts";
import { exchange } from "./exchange.ts";
import type { ExecuteOptions } from "./execute_operation.ts";
import { type GiveUp, giveUpFor } from "./give_up.ts";
import { labelFailure } from "./label_failure.ts";
import type { Command, Execution, Operation, PinnedConnection, ServerFacts } from "./operation.ts";
import { decideRetry, isOverloadError } from "./retry_decision.ts";
import { serverFactsOf } from "./server_facts.ts";
import { sessionReadConcern } from "./session_read_concern.ts";

/** The first wire version (MongoDB 5.0) with snapshot reads outside of transactions. */
const SNAPSHOT_WIRE_VERSION = 13;

let lastOperationId = 0;

/** Where an attempt runs. */
interface Place {
  readonly server: Server;
  readonly connection: Connection;
  readonly facts: ServerFacts;
}

/** One operation on its way: what its attempts have in common. */
export class OperationRun<Result> {
  readonly #core: ClientCore;
  readonly #topology: Topology;
  readonly #operation: Operation<Result>;
  readonly #session: ClientSession | null;
  readonly #giveUp: GiveUp | null;
  readonly #hasDeadline: boolean;
  readonly #id = ++lastOperationId;
  readonly #isEnd: boolean;
  /** The command's part in a transaction; the same for each attempt. */
  readonly #part: "start" | "continue" | null;
  #borrowed: ServerSession | null = null;
  /** Of a retryable write; the same for each attempt. */
  #txnNumber: number | null = null;
  #attempts = 0;
  #wasOverloaded = false;
  #deprioritized: Set<string> | undefined;
  /** The failure of an earlier attempt that the user gets if no further one is possible. */
  #previousFailure: unknown = null;
  /** Where the last attempt was made; the connection may be in other hands. */
  #server: Server | null = null;
  #facts: ServerFacts | null = null;

  constructor(core: ClientCore, topology: Topology, operation: Operation<Result>, options: ExecuteOptions) {
    this.#core = core;
    this.#topology = topology;
    this.#operation = operation;
    this.#session = operation.session ?? null;
    this.#giveUp = giveUpFor(options);
    this.#hasDeadline = (options.timeoutMS ?? 0) > 0;
    this.#isEnd = operation.retryable === "always";
    this.#part = this.#enterSession();
  }

  /** Makes one attempt. Throws why it failed. */
  async attempt(): Promise<Result> {
    this.#attempts += 1;
    this.#giveUp?.check();
    const place = await this.#findPlace();
    const { server, connection, facts } = place;
    let isKept = false;
    try {
      const reply = await this.#exchange(place);
      const execution: Execution = {
        facts,
        pin: () => {
          if (this.#topology.description.type !== "LoadBalanced" || this.#pinned() !== null) return null;
          isKept = true;
          return pinnedConnection(place);
        },
      };
      return this.#operation.result(reply, execution);
    } finally {
      if (!isKept && this.#pinned()?.connection !== connection) server.pool.checkIn(connection);
    }
  }

  /** Gets ready for a further attempt after `error`. Throws what the user is to get if there is none. */
  async prepareRetry(error: unknown): Promise<void> {
    this.#label(error);
    this.#unpinAfter(error);
    this.#wasOverloaded ||= isOverloadError(error);
    if (this.#previousFailure !== null && error instanceof MongoServerSelectionError) throw this.#previousFailure;
    const verdict = this.#verdict(error);
    if (verdict.kind === "fail") throw this.#finalError(error);
    this.#previousFailure = this.#finalError(error);
    if (this.#server !== null) this.#deprioritize(this.#server, error);
    if (verdict.maxBackoffMS > 0) await this.#backOff(Math.random() * verdict.maxBackoffMS, error);
  }

  /** Gives back what was borrowed. */
  end(): void {
    if (this.#borrowed === null) return;
    const minutes = this.#topology.description.logicalSessionTimeoutMinutes;
    this.#core.serverSessions.release(this.#borrowed, minutes, performance.now());
    this.#borrowed = null;
  }

  /** Checks that the session can be used, and gives the command's part in its transaction. */
  #enterSession(): "start" | "continue" | null {
    const session = this.#session;
    if (session === null) return null;
    if (session.hasEnded) throw new MongoExpiredSessionError("Cannot use a session that has ended");
    if (!this.#core.open.has(session)) {
      throw new MongoInvalidArgumentError("ClientSession must be from the same MongoClient");
    }
    if (this.#isEnd) return "continue";
    const { kind } = session.transaction;
    session.onCommand();
    if (!session.inTransaction()) return null;
    const { mode } = this.#operation.readPreference ?? PRIMARY;
    if (mode !== "primary") {
      throw new MongoTransactionError(`Read preference in a transaction must be primary, not: ${mode}`);
    }
    return kind === "starting" ? "start" : "continue";
  }

  #pinned(): PinnedConnection | null {
    const pin = this.#session?.pin;
    return this.#operation.pinned ?? (pin?.kind === "connection" ? pin.pinned : null);
  }

  async #findPlace(): Promise<Place> {
    const found = this.#findServer();
    const server = found instanceof Promise ? await found : found;
    this.#server = server;
    this.#facts = null;
    const free = this.#pinned()?.connection ?? checkOut(server.pool, this.#giveUp);
    const connection = free instanceof Promise ? await free : free;
    const facts = this.#facts = serverFactsOf(connection);
    const place = { server, connection, facts };
    if (this.#part === "start") this.#pinTransaction(place);
    return place;
  }

  #findServer(): Server | Promise<Server> {
    const pin = this.#session?.pin;
    const address = this.#operation.address ?? (pin?.kind === "server" ? pin.address : null);
    if (address !== null) {
      const server = this.#topology.server(address);
      if (server !== null && server.description.type !== "Unknown") return server;
    }
    return findServer(this.#topology, this.#selectionRequest(address), this.#giveUp);
  }

  #selectionRequest(address: string | null): SelectionRequest {
    const { kind, readPreference } = this.#operation;
    const deprioritized = this.#deprioritized;
    return {
      readPreference: readPreference ?? PRIMARY,
      isWrite: kind === "write" && readPreference === undefined,
      ...(deprioritized === undefined ? {} : { deprioritized }),
      ...(address === null ? {} : { address }),
    };
  }

  /** A transaction stays with the mongos, or behind a load balancer with the connection, where it began. */
  #pinTransaction(place: Place): void {
    const { type } = this.#topology.description;
    if (type === "Sharded") this.#session?.pinTo({ kind: "server", address: place.facts.address });
    if (type === "LoadBalanced" && this.#pinned() === null) {
      this.#session?.pinTo({ kind: "connection", pinned: pinnedConnection(place) });
    }
  }

  async #exchange(place: Place): Promise<Document> {
    const { connection, facts, server } = place;
    const { commandName, database, bson = {} } = this.#operation;
    const command = this.#operation.command(facts);
    const body = this.#assemble(command, place);
    const requestId = nextRequestId();
    const message = encode(requestId, command, body, bson);
    const monitor = this.#core.monitorsCommands
      ? new CommandMonitor(this.#core.events, {
        commandName,
        databaseName: database,
        requestId,
        operationId: this.#id,
        connection,
        facts,
        body,
        sequences: command.sequences ?? [],
      })
      : null;
    const sent = isSensitive(commandName, body) ? message : connection.compress(message);
    if (command.unacknowledged) {
      connection.post(sent);
      monitor?.succeeded({ ok: 1 });
      return { ok: 1 };
    }
    try {
      const limits = { giveUp: this.#giveUp, socketTimeoutMS: this.#core.socketTimeoutMS };
      const reply = await exchange(connection, sent, bson, limits);
      this.#learn(reply);
      if (Number(reply.ok) !== 1) throw new MongoServerError(reply);
      monitor?.succeeded(reply);
      if (reply.writeConcernError !== undefined) this.#takeWriteConcernError(reply, place);
      return reply;
    } catch (error) {
      if (!(error instanceof MongoWriteConcernError)) monitor?.failed(error);
      this.#tellServer(error, server, connection);
      throw error;
    }
  }

  #assemble(command: Command, { facts, server }: Place): Document {
    const { database, writeConcern, retryWriteConcern } = this.#operation;
    const session = this.#session;
    const concern = this.#attempts > 1 && this.#hadOtherFailure() ? retryWriteConcern ?? writeConcern : writeConcern;
    if (session?.snapshotEnabled && facts.maxWireVersion < SNAPSHOT_WIRE_VERSION) {
      throw new MongoCompatibilityError("Snapshot reads require MongoDB 5.0 or later");
    }
    const serverSession = this.#serverSession(facts, command.unacknowledged ?? false);
    return assembleCommand(command.body, {
      database,
      lsid: serverSession?.id ?? null,
      txnNumber: this.#transactionNumber(serverSession, facts),
      transaction: this.#part,
      clusterTime: facts.type === "Standalone"
        ? null
        : laterClusterTime(this.#core.clusterTime, session?.clusterTime ?? null),
      readPreference: this.#readPreference(facts),
      readConcern: sessionReadConcern(this.#operation.readConcern, session, this.#part),
      writeConcern: concern === undefined || (this.#part !== null && !this.#isEnd)
        ? null
        : writeConcernDocument(concern),
      serverApi: this.#core.serverApi,
      maxTimeMS: this.#maxTimeMS(server),
    });
  }

  /** A commit that was tried for real before is told to be one of a majority. */
  #hadOtherFailure(): boolean {
    return !isOverloadError(this.#previousFailure);
  }

  #readPreference(facts: ServerFacts): Document | null {
    const { readPreference } = this.#operation;
    if (readPreference === undefined) return null;
    return readPreferenceDocument(readPreference, this.#topology.description.type, facts.type);
  }

  #serverSession(facts: ServerFacts, isUnacknowledged: boolean): ServerSession | null {
    if (this.#session !== null) {
      if (isUnacknowledged && this.#session.explicit) {
        throw new MongoAPIError("Cannot have explicit session with unacknowledged writes");
      }
      if (facts.sessionTimeoutMinutes === null) {
        if (!this.#session.explicit) return null;
        throw new MongoCompatibilityError("Current topology does not support sessions");
      }
      return this.#session.serverSession;
    }
    if (facts.sessionTimeoutMinutes === null || isUnacknowledged || this.#operation.omitsSession) return null;
    return this.#borrowed ??= this.#core.serverSessions.acquire(facts.sessionTimeoutMinutes, performance.now());
  }

  #transactionNumber(serverSession: ServerSession | null, facts: ServerFacts): number | null {
    if (serverSession === null) return null;
    serverSession.lastUse = performance.now();
    if (this.#part !== null) return serverSession.txnNumber;
    if (!this.#retriesWrites() || facts.type === "Standalone") {
      if (this.#txnNumber !== null) throw this.#previousFailure;
      return null;
    }
    return this.#txnNumber ??= serverSession.txnNumber += 1;
  }

  #maxTimeMS({ description }: Server): number | null {
    if (!this.#hasDeadline || this.#operation.omitMaxTimeMS) return this.#operation.maxTimeMS ?? null;
    const left = Math.floor(this.#giveUp!.remainingMS - (description.minRoundTripTime ?? 0));
    if (left > 0) return left;
    throw new MongoOperationTimeoutError("There is no time left for the server to do it in");
  }

  #learn(reply: Document): void {
    if (reply.$clusterTime !== undefined) {
      this.#core.clusterTime = laterClusterTime(this.#core.clusterTime, reply.$clusterTime);
    }
    this.#session?.onReply(reply);
  }

  /** Throws it, unless the operation's result tells of it and there is nothing to try again. */
  #takeWriteConcernError(reply: Document, { server, connection }: Place): void {
    const error = new MongoWriteConcernError(reply);
    if (!this.#operation.takesWriteConcernError) throw error;
    this.#label(error);
    if (this.#verdict(error).kind === "retry") throw error;
    this.#tellServer(error, server, connection);
  }

  #tellServer(error: unknown, server: Server, connection: Connection): void {
    if (error instanceof MongoNetworkError) {
      if (this.#borrowed !== null) this.#borrowed.isDirty = true;
      this.#session?.markDirty();
      server.handleNetworkError(error, connection);
    } else if (error instanceof MongoServerError) {
      const isConcern = error instanceof MongoWriteConcernError;
      server.handleCommandError({
        code: isConcern ? null : error.code,
        errmsg: isConcern ? null : error.message,
        writeConcernErrorCode: isConcern ? error.code : null,
        topologyVersion: parseTopologyVersion(isConcern ? error.result : error.errorResponse),
      }, connection);
    }
  }

  #label(error: unknown): void {
    labelFailure({
      error,
      maxWireVersion: this.#facts?.maxWireVersion ?? null,
      isMongos: this.#facts?.type === "Mongos",
      isRetryableWrite: this.#retries() === "write",
      transaction: this.#transactionRole(),
    });
  }

  #transactionRole(): "statement" | "commitTransaction" | "abortTransaction" | null {
    if (!this.#isEnd) return this.#part === null ? null : "statement";
    return this.#operation.commandName === "commitTransaction" ? "commitTransaction" : "abortTransaction";
  }

  #unpinAfter(error: unknown): void {
    if (!this.#session?.isPinned || !(error instanceof Error)) return;
    const role = this.#transactionRole();
    const has = (label: string) => "hasErrorLabel" in error && (error as MongoServerError).hasErrorLabel(label);
    const isOver = role === "abortTransaction" || has("TransientTransactionError") ||
      (role === "commitTransaction" && has("UnknownTransactionCommitResult"));
    if (role !== null && isOver) this.#session.unpin();
  }

  #retries(): "read" | "write" | null {
    if (this.#isEnd) return "write";
    if (this.#part !== null || !this.#operation.retryable) return null;
    if (this.#operation.kind === "read") return this.#core.retries.retryReads ? "read" : null;
    return this.#retriesWrites() && this.#supportsRetryableWrites() ? "write" : null;
  }

  #retriesWrites(): boolean {
    const { kind, retryable, writeConcern } = this.#operation;
    return kind === "write" && retryable === true && this.#core.retries.retryWrites &&
      isAcknowledged(writeConcern ?? {});
  }

  #supportsRetryableWrites(): boolean {
    if (this.#txnNumber !== null) return true;
    const description = this.#server?.description;
    return description?.type !== "Standalone" && this.#topology.description.type !== "Single" ||
      (description !== undefined && description.logicalSessionTimeoutMinutes !== null &&
        description.type !== "Standalone");
  }

  #verdict(error: unknown) {
    const { retryReads, retryWrites, maxAdaptiveRetries } = this.#core.retries;
    const { kind } = this.#operation;
    return decideRetry({
      error,
      retries: this.#retries(),
      retriesOverload: this.#isEnd || ((kind === "write" || retryReads) && (kind === "read" || retryWrites)),
      attempts: this.#attempts,
      wasOverloaded: this.#wasOverloaded,
      maxAdaptiveRetries,
      hasDeadline: this.#hasDeadline,
    });
  }

  /** One that says that nothing was written hides an earlier one that may tell of something. */
  #finalError(error: unknown): unknown {
    const isEmpty = error instanceof MongoServerError && error.hasErrorLabel("NoWritesPerformed");
    return isEmpty && this.#previousFailure !== null ? this.#previousFailure : error;
  }

  #deprioritize(server: Server, error: unknown): void {
    const isSharded = this.#topology.description.type === "Sharded";
    const isRetargeted = this.#core.retries.enableOverloadRetargeting && isOverloadError(error);
    if (isSharded || isRetargeted) (this.#deprioritized ??= new Set()).add(server.address);
  }

  async #backOff(milliseconds: number, error: unknown): Promise<void> {
    const giveUp = this.#giveUp;
    if (giveUp !== null && giveUp.remainingMS <= milliseconds) throw error;
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => {
        stop?.();
        resolve();
      }, milliseconds);
      const stop = giveUp?.watch((reason) => {
        clearTimeout(timer);
        reject(reason);
      });
    });
  }
}

function pinnedConnection({ server, connection }: Place): PinnedConnection {
  return { connection, release: () => server.pool.checkIn(connection) };
}

function encode(requestId: number, command: Command, body: Document, bson: Operation<unknown>["bson"]): Uint8Array {
  const { ignoreUndefined = false, serializeFunctions = false, checkKeys = false } = bson ?? {};
  return encodeOpMsg({
    requestId,
    body: serialize(body, { ignoreUndefined, serializeFunctions, checkKeys }),
    flags: command.unacknowledged ? OpMsgFlag.moreToCome : 0,
    ...(command.sequences === undefined ? {} : { sequences: command.sequences }),
  });
}
