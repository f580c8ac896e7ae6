import { serialize } from "bson";
import type { Document } from "../../codec/bson_types.ts";
import { encodeOpMsg, OpMsgFlag } from "../../codec/op_msg.ts";
import { type Connection, nextRequestId } from "../connection.ts";
import {
  MongoAPIError,
  MongoClientClosedError,
  MongoError,
  MongoNetworkError,
  MongoOperationTimeoutError,
  MongoServerError,
  MongoServerSelectionError,
  MongoWriteConcernError,
} from "../error.ts";
import { CommandMonitor, isListenedTo } from "../monitoring/command_monitor.ts";
import { isSensitive } from "../monitoring/redaction.ts";
import type { CommandFailure } from "../sdam/error_rules.ts";
import type { Server, Topology } from "../sdam/topology.ts";
import { parseTopologyVersion } from "../sdam/topology_version.ts";
import { PRIMARY } from "../selection/read_preference.ts";
import type { SelectionRequest } from "../selection/selection_cache.ts";
import { isAcknowledged, type WriteConcern, writeConcernDocument } from "../write_concern.ts";
import { assembleCommand, readPreferenceDocument } from "./assemble_command.ts";
import { asOperationTimeout } from "./as_operation_timeout.ts";
import { addCallerStack } from "./caller_stack.ts";
import { checkOut } from "./check_out.ts";
import type { ClientCore } from "./client_core.ts";
import { exchange } from "./exchange.ts";
import { findServer } from "./find_server.ts";
import type { GiveUp } from "./give_up.ts";
import { labelFailure } from "./label_failure.ts";
import type { Command, Operation, PinnedConnection, ServerFacts } from "./operation.ts";
import { decideRetry, isOverloadError, type RetryVerdict } from "./retry_decision.ts";
import { serverFactsOf } from "./server_facts.ts";
import { SessionUse } from "./session_use.ts";

let lastOperationId = 0;

/** Where an attempt runs. */
interface Place {
  readonly server: Server;
  readonly connection: Connection;
  readonly facts: ServerFacts;
}

/** What an operation is limited by. */
export interface RunLimits {
  readonly giveUp: GiveUp | null;
  /** The limit for everything, which takes the place of the others, also if it is 0 for none. */
  readonly timeoutMS: number | undefined;
}

/** One operation on its way: what its attempts have in common. */
export class OperationRun<Result> {
  readonly #core: ClientCore;
  readonly #topology: Topology;
  readonly #operation: Operation<Result>;
  readonly #use: SessionUse;
  readonly #giveUp: GiveUp | null;
  readonly #timeoutMS: number | undefined;
  readonly #id = ++lastOperationId;
  #attempts = 0;
  #wasOverloaded = false;
  #deprioritized: Set<string> | undefined;
  /** The failure of an earlier attempt, which the user gets if no further one is possible. */
  #earlierFailure: unknown = null;
  /** Where the last attempt went, as far as it came; the connection may be in other hands. */
  #server: Server | null = null;
  #facts: ServerFacts | null = null;
  /** Whether the server knows a write again by its number. */
  #canNumber = false;

  /** Throws as the constructor of {@linkcode SessionUse} does. */
  constructor(core: ClientCore, topology: Topology, operation: Operation<Result>, limits: RunLimits) {
    this.#core = core;
    this.#topology = topology;
    this.#operation = operation;
    this.#giveUp = limits.giveUp;
    this.#timeoutMS = limits.timeoutMS;
    this.#use = new SessionUse(core, operation);
  }

  /** Makes one attempt. Throws why it failed. */
  async attempt(): Promise<Result> {
    this.#attempts += 1;
    this.#giveUp?.check();
    const place = await this.#findPlace();
    let isKept = false;
    try {
      const reply = await this.#exchange(place);
      const pin = () => {
        if (this.#topology.description.type !== "LoadBalanced" || this.#pinned !== null) return null;
        isKept = true;
        return pinnedConnection(place);
      };
      return this.#operation.result(reply, { facts: place.facts, pin });
    } finally {
      if (!isKept && this.#pinned?.connection !== place.connection) place.server.pool.checkIn(place.connection);
    }
  }

  /** Gets ready for a further attempt after `cause`. Throws what the user is to get if there is none. */
  async prepareRetry(cause: unknown): Promise<void> {
    const error = this.#isClientClosed ? clientClosed(cause) : this.#hasDeadline ? asOperationTimeout(cause) : cause;
    addCallerStack(error);
    this.#label(error);
    this.#use.unpinAfter(error);
    this.#wasOverloaded ||= isOverloadError(error);
    const failure = this.#failureToTell(error);
    const verdict = this.#judge(error);
    if (verdict.kind === "fail") throw failure;
    this.#earlierFailure = failure;
    if (this.#server !== null) this.#deprioritize(this.#server, error);
    if (verdict.maxBackoffMS > 0) await this.#backOff(Math.random() * verdict.maxBackoffMS);
  }

  /** Gives back what was borrowed. */
  end(): void {
    this.#use.end(this.#topology.description.logicalSessionTimeoutMinutes);
  }

  get #isClientClosed(): boolean {
    return this.#core.isClosed || this.#core.topology !== this.#topology;
  }

  get #hasDeadline(): boolean {
    return (this.#timeoutMS ?? 0) > 0;
  }

  get #pinned(): PinnedConnection | null {
    return this.#operation.pinned ?? this.#use.pinned;
  }

  async #findPlace(): Promise<Place> {
    this.#server = this.#facts = null;
    const found = this.#findServer();
    const server = this.#server = found instanceof Promise ? await found : found;
    this.#canNumber = knowsWritesByNumber(server);
    const free = this.#pinned?.connection ?? checkOut(server.pool, this.#giveUp);
    const connection = free instanceof Promise ? await free : free;
    const facts = this.#facts = serverFactsOf(connection);
    this.#canNumber &&= facts.type !== "Standalone";
    const place = { server, connection, facts };
    if (this.#use.role === "start") this.#pinTransaction(place);
    return place;
  }

  #findServer(): Server | Promise<Server> {
    const address = this.#operation.address ?? this.#use.address;
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
    if (type === "Sharded") this.#use.session?.pinTo({ kind: "server", address: place.server.address });
    if (type === "LoadBalanced" && this.#pinned === null) {
      this.#use.session?.pinTo({ kind: "connection", pinned: pinnedConnection(place) });
    }
  }

  async #exchange(place: Place): Promise<Document> {
    const { connection, facts, server } = place;
    const { commandName, bson = {} } = this.#operation;
    const command = this.#operation.command(facts);
    const body = this.#assemble(command, place);
    const requestId = nextRequestId();
    const message = encode(requestId, command, body, bson);
    const sent = isSensitive(commandName, body) ? message : connection.compress(message);
    const monitor = this.#monitor(command, body, requestId, place);
    if (command.unacknowledged) {
      connection.post(sent);
      monitor?.succeeded({ ok: 1 });
      return { ok: 1 };
    }
    try {
      const socketTimeoutMS = this.#timeoutMS === undefined ? this.#core.socketTimeoutMS : 0;
      const limits = { giveUp: this.#giveUp, socketTimeoutMS };
      const reply = await exchange(connection, sent, bson, limits);
      this.#use.learn(reply);
      if (Number(reply.ok) !== 1) throw new MongoServerError(reply);
      monitor?.succeeded(reply);
      if (reply.writeConcernError !== undefined) this.#takeWriteConcernError(reply, place);
      return reply;
    } catch (error) {
      if (!(error instanceof MongoWriteConcernError)) monitor?.failed(error);
      if (connection.isClosed) this.#use.markDirty();
      // What this side closed says nothing of the server.
      if (!this.#isClientClosed) tellServer(error, server, connection);
      throw error;
    }
  }

  #monitor(command: Command, body: Document, requestId: number, place: Place): CommandMonitor | null {
    if (!this.#core.monitorsCommands || !isListenedTo(this.#core.events)) return null;
    const { commandName, database: databaseName } = this.#operation;
    const { sequences = [] } = command;
    const { connection, facts } = place;
    return new CommandMonitor(this.#core.events, {
      commandName,
      databaseName,
      requestId,
      operationId: this.#id,
      connection,
      facts,
      body,
      sequences,
    });
  }

  #assemble({ body, unacknowledged: isUnacknowledged = false }: Command, { facts, server }: Place): Document {
    const { database, readPreference } = this.#operation;
    const isNumbered = this.#canNumber && this.#wantsNumber;
    // What was numbered before would be a second write without its number.
    if (this.#use.isNumbered && !isNumbered) throw this.#earlierFailure;
    const topologyType = this.#topology.description.type;
    return assembleCommand(body, {
      ...this.#use.extras(facts, { isNumbered, isUnacknowledged }),
      database,
      readPreference: readPreference === undefined
        ? null
        : readPreferenceDocument(readPreference, topologyType, facts.type),
      writeConcern: writeConcernDocument(this.#writeConcern, { omitsTimeout: this.#timeoutMS !== undefined }),
      serverApi: this.#core.serverApi,
      maxTimeMS: this.#maxTimeMS(server),
    });
  }

  /** That of a transaction goes with its end only, and of a commit that was tried in earnest before is a majority. */
  get #writeConcern(): WriteConcern {
    const { writeConcern = {}, retryWriteConcern = writeConcern } = this.#operation;
    if (this.#use.isStatement) return {};
    const isAgain = this.#earlierFailure !== null && !isOverloadError(this.#earlierFailure);
    return isAgain ? retryWriteConcern : writeConcern;
  }

  #maxTimeMS({ description }: Server): number | null {
    const { maxTimeMS, omitMaxTimeMS } = this.#operation;
    if (this.#timeoutMS === undefined) return maxTimeMS ?? null;
    if (!this.#hasDeadline || this.#giveUp === null || omitMaxTimeMS) return null;
    const left = Math.floor(this.#giveUp.remainingMS - (description.minRoundTripTime ?? 0));
    if (left > 0) return left;
    throw new MongoOperationTimeoutError("There is no time left for the server to do it in");
  }

  /** Throws it, unless the operation's result tells of it and there is nothing to try again. */
  #takeWriteConcernError(reply: Document, { server, connection }: Place): void {
    const error = new MongoWriteConcernError(reply);
    if (!this.#operation.takesWriteConcernError) throw error;
    this.#label(error);
    if (this.#judge(error).kind === "retry") throw error;
    tellServer(error, server, connection);
  }

  #label(error: unknown): void {
    const { role, isStatement } = this.#use;
    labelFailure({
      error,
      maxWireVersion: this.#facts?.maxWireVersion ?? null,
      isMongos: this.#facts?.type === "Mongos",
      isRetryableWrite: this.#retries === "write",
      transaction: isStatement ? "statement" : role === "commit" || role === "abort" ? role : null,
    });
  }

  get #retries(): "read" | "write" | null {
    const { kind, retryable } = this.#operation;
    if (retryable === "always") return "write";
    if (this.#use.role !== null || !retryable) return null;
    if (kind === "read") return this.#core.retries.retryReads ? "read" : null;
    return this.#canNumber && this.#wantsNumber ? "write" : null;
  }

  get #wantsNumber(): boolean {
    const { kind, retryable, writeConcern = {} } = this.#operation;
    return kind === "write" && retryable === true && this.#core.retries.retryWrites && isAcknowledged(writeConcern) &&
      this.#use.role === null;
  }

  #judge(error: unknown): RetryVerdict {
    const { retryReads, retryWrites, maxAdaptiveRetries } = this.#core.retries;
    const { kind, retryable } = this.#operation;
    const isAllowed = (kind === "write" || retryReads) && (kind === "read" || retryWrites);
    return decideRetry({
      error,
      retries: this.#retries,
      retriesOverload: retryable === "always" || isAllowed,
      attempts: this.#attempts,
      wasOverloaded: this.#wasOverloaded,
      maxAdaptiveRetries,
      isUnlimited: this.#timeoutMS !== undefined,
    });
  }

  /** An earlier failure may tell of something that was done, where this one is of an attempt that did nothing. */
  #failureToTell(error: unknown): unknown {
    const isEmpty = error instanceof MongoServerSelectionError ||
      (error instanceof MongoServerError && error.hasErrorLabel("NoWritesPerformed"));
    return isEmpty && this.#earlierFailure !== null ? this.#earlierFailure : error;
  }

  #deprioritize(server: Server, error: unknown): void {
    const isSharded = this.#topology.description.type === "Sharded";
    const isRetargeted = this.#core.retries.enableOverloadRetargeting && isOverloadError(error);
    if (isSharded || isRetargeted) (this.#deprioritized ??= new Set()).add(server.address);
  }

  async #backOff(milliseconds: number): Promise<void> {
    if (this.#giveUp !== null && this.#giveUp.remainingMS <= milliseconds) throw this.#earlierFailure;
    await new Promise<void>((resolve, reject) => {
      this.#giveUp?.check();
      const timer = setTimeout(() => {
        stop?.();
        resolve();
      }, milliseconds);
      const stop = this.#giveUp?.watch((reason) => {
        clearTimeout(timer);
        reject(reason);
      });
    });
  }
}

function knowsWritesByNumber({ description: { type, logicalSessionTimeoutMinutes } }: Server): boolean {
  return type === "LoadBalancer" || (type !== "Standalone" && logicalSessionTimeoutMinutes !== null);
}

/** What the server said counts all the same. */
function clientClosed(cause: unknown): unknown {
  const hasAnswer = cause instanceof MongoServerError || cause instanceof MongoAPIError;
  if (hasAnswer || !(cause instanceof MongoError)) return cause;
  return new MongoClientClosedError("The client was closed while the operation ran", { cause });
}

/** Lets discovery learn from a failure. */
function tellServer(error: unknown, server: Server, connection: Connection): void {
  if (error instanceof MongoNetworkError) server.handleNetworkError(error, connection);
  else if (error instanceof MongoServerError) server.handleCommandError(commandFailure(error), connection);
}

function commandFailure(error: MongoServerError): CommandFailure {
  if (error instanceof MongoWriteConcernError) {
    const topologyVersion = parseTopologyVersion(error.result);
    return { code: null, errmsg: null, writeConcernErrorCode: error.code, topologyVersion };
  }
  return { code: error.code, errmsg: error.message, topologyVersion: parseTopologyVersion(error.errorResponse) };
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
