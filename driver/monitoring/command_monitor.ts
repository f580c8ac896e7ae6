import { deserialize, ObjectId } from "bson";
import type { Document } from "../../codec/bson_types.ts";
import type { DocumentSequence } from "../../codec/op_msg.ts";
import type { Connection } from "../connection.ts";
import { MongoServerError } from "../error.ts";
import type { ServerFacts } from "../operation/operation.ts";
import type { ClientEvents } from "./client_events.ts";
import type { EventHub } from "./event_hub.ts";
import { isSensitive } from "./redaction.ts";

/** A command that is about to be sent. */
export interface MonitoredCommand {
  readonly commandName: string;
  readonly databaseName: string;
  readonly requestId: number;
  readonly operationId: number;
  readonly connection: Connection;
  readonly facts: ServerFacts;
  readonly body: Document;
  readonly sequences: readonly DocumentSequence[];
}

/** Whether anybody wants to hear of commands. */
export function isListenedTo(events: EventHub<ClientEvents>): boolean {
  return events.has("commandStarted") || events.has("commandSucceeded") || events.has("commandFailed");
}

/** Tells the events of one command: that it starts, and then how it ends. */
export class CommandMonitor {
  readonly #events: EventHub<ClientEvents>;
  readonly #isSensitive: boolean;
  readonly #common: Omit<ClientEvents["commandStarted"], "command">;
  readonly #startedAt = performance.now();

  /** Tells that the command starts. */
  constructor(events: EventHub<ClientEvents>, command: MonitoredCommand) {
    this.#events = events;
    this.#isSensitive = isSensitive(command.commandName, command.body);
    this.#common = commonFields(command);
    if (!events.has("commandStarted")) return;
    events.emit("commandStarted", { ...this.#common, command: this.#isSensitive ? {} : wholeCommand(command) });
  }

  /** Tells that it was answered with `ok: 1`. */
  succeeded(reply: Document): void {
    if (!this.#events.has("commandSucceeded")) return;
    this.#events.emit("commandSucceeded", {
      ...this.#common,
      duration: performance.now() - this.#startedAt,
      reply: this.#isSensitive ? {} : reply,
    });
  }

  /** Tells that it failed. */
  failed(failure: unknown): void {
    if (!this.#events.has("commandFailed")) return;
    this.#events.emit("commandFailed", {
      ...this.#common,
      duration: performance.now() - this.#startedAt,
      failure: this.#isSensitive ? withoutDetails(failure) : asError(failure),
    });
  }
}

function commonFields(command: MonitoredCommand): Omit<ClientEvents["commandStarted"], "command"> {
  const { commandName, databaseName, requestId, operationId, connection, facts } = command;
  return {
    commandName,
    databaseName,
    requestId,
    operationId,
    address: facts.address,
    connectionId: connection.id,
    serverConnectionId: facts.connectionId,
    serviceId: connection.serviceId === null ? null : ObjectId.createFromHexString(connection.serviceId),
  };
}

/** The command as it would be without sequences. */
function wholeCommand({ body, sequences }: MonitoredCommand): Document {
  const command = { ...body };
  for (const { identifier, documents } of sequences) {
    command[identifier] = documents.map((document) => deserialize(document));
  }
  return command;
}

function withoutDetails(failure: unknown): Error {
  if (!(failure instanceof MongoServerError)) return asError(failure);
  const { code, codeName } = failure;
  const { topologyVersion } = failure.errorResponse;
  return new MongoServerError({ ok: 0, errmsg: "Redacted", code, codeName, topologyVersion });
}

function asError(failure: unknown): Error {
  return failure instanceof Error ? failure : new Error(String(failure));
}
