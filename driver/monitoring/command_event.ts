import type { Document, ObjectId } from "../../codec/bson_types.ts";

/** What the events of one command have in common. */
export interface CommandEvent {
  /** The name of the command. */
  readonly commandName: string;
  /** The number of the message, the same in both events of a command. */
  readonly requestId: number;
  /** The number of the operation, the same for all commands of it, retries included. */
  readonly operationId: number;
  /** The server, as `host:port` or a socket's path. */
  readonly address: string;
  /** The driver's number of the connection in its pool. */
  readonly connectionId: number;
  /** The server's own number of the connection; `null` if it told none. */
  readonly serverConnectionId: number | null;
  /** Which service behind a load balancer it is; `null` elsewhere. */
  readonly serviceId: ObjectId | null;
}

/** A command is about to be sent. */
export interface CommandStartedEvent extends CommandEvent {
  /** The database that it is sent to. */
  readonly databaseName: string;
  /** The command; empty where it may hold secrets. */
  readonly command: Document;
}

/** A command was answered with `ok: 1`, or was sent and has no answer. */
export interface CommandSucceededEvent extends CommandEvent {
  /** The database that it was sent to. */
  readonly databaseName: string;
  /** Milliseconds from the sending to the reply. */
  readonly duration: number;
  /** The reply; empty where it may hold secrets. */
  readonly reply: Document;
}

/** A command was answered with `ok: 0`, or not at all. */
export interface CommandFailedEvent extends CommandEvent {
  /** The database that it was sent to. */
  readonly databaseName: string;
  /** Milliseconds from the sending to the failure. */
  readonly duration: number;
  /** What went wrong; without details where they may hold secrets. */
  readonly failure: Error;
}

/** The events of commands, by name. */
export interface CommandEvents {
  /** A command is about to be sent. */
  commandStarted: CommandStartedEvent;
  /** A command succeeded. */
  commandSucceeded: CommandSucceededEvent;
  /** A command failed. */
  commandFailed: CommandFailedEvent;
}
