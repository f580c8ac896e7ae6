import type { Document } from "../../codec/bson_types.ts";
import type { DocumentSequence } from "../../codec/op_msg.ts";
import type { BSONSerializeOptions } from "../bson_options.ts";
import type { Connection } from "../connection.ts";
import type { ReadConcern } from "../read_concern.ts";
import type { ServerType } from "../sdam/server_description.ts";
import type { ReadPreference } from "../selection/read_preference.ts";
import type { ClientSession } from "../session/client_session.ts";
import type { WriteConcern } from "../write_concern.ts";

/** What is known of the server on the other end of a connection, from its `hello`. */
export interface ServerFacts {
  /** `host:port` or a socket's path. */
  readonly address: string;
  /** What the server is. */
  readonly type: ServerType;
  /** The newest wire version that the server speaks. */
  readonly maxWireVersion: number;
  /** Largest document, in bytes. */
  readonly maxBsonObjectSize: number;
  /** Largest message, in bytes. */
  readonly maxMessageSizeBytes: number;
  /** Most statements in one write command. */
  readonly maxWriteBatchSize: number;
  /** How long the server remembers a session, in minutes; `null` if it has none. */
  readonly sessionTimeoutMinutes: number | null;
  /** The number that the server gave the connection; `null` before MongoDB 4.2. */
  readonly connectionId: number | null;
}

/** What an operation sends. */
export interface Command {
  /** The command, its name first; made anew for each call, since session, concerns and the like are added to it. */
  readonly body: Document;
  /** Encoded documents that the command takes as arrays. */
  readonly sequences?: readonly DocumentSequence[];
  /** Whether the server does not answer; `result` gets `{ ok: 1 }` then. @default {false} */
  readonly unacknowledged?: boolean;
}

/** Where an operation ran, for results that need it again. */
export interface Execution {
  /** The server that answered. */
  readonly facts: ServerFacts;
  /**
   * Keeps the connection for what follows, e.g. `getMore`, where a load balancer would choose another server;
   * `null` where there is none, or the session holds the connection already. To be called in `result` only.
   */
  pin(): PinnedConnection | null;
}

/** A connection that is kept for a cursor behind a load balancer. */
export interface PinnedConnection {
  /** The connection; it may have been closed meanwhile. */
  readonly connection: Connection;
  /** Gives the connection back; doing it again does nothing. */
  release(): void;
}

/**
 * One operation as {@linkcode executeOperation} runs it: a plain value with two functions, neither of which does I/O.
 *
 * `readPreference`, `readConcern` and `writeConcern` are what holds for this operation with all inheritance done; in a
 * transaction the executor replaces them by the transaction's.
 */
export interface Operation<Result> {
  /** The name of the command, for retries, events and messages. */
  readonly commandName: string;
  /** The database that the command is sent to. */
  readonly database: string;
  /**
   * Reads go where the read preference says and are retried if `retryReads` is on; writes go to a primary and are
   * retried if `retryWrites` is on; a command goes where the read preference says and is not retried by either.
   */
  readonly kind: "read" | "write" | "command";
  /**
   * Whether a read, or a write with a transaction number, may be sent again; `always`: even if the client's option
   * says no, and in a transaction. @default {false}
   */
  readonly retryable?: boolean | "always";
  /** The session that the user gave, or one that a cursor made; without it one is borrowed for the operation. */
  readonly session?: ClientSession | null;
  /** Whether it has no session at all, not even a borrowed one. @default {false} */
  readonly omitsSession?: boolean;
  /** Which server is right; a write that has one (an aggregation that writes) goes there, too. @default {PRIMARY} */
  readonly readPreference?: ReadPreference;
  /** Absent if the command takes none; `{}` for the server's default, which a causally consistent session completes. */
  readonly readConcern?: ReadConcern;
  /** Absent if the command takes none; `{}` for the server's default. */
  readonly writeConcern?: WriteConcern;
  /** What takes the place of `writeConcern` once an attempt failed; the same if absent. */
  readonly retryWriteConcern?: WriteConcern;
  /** How the command is encoded and the reply decoded. @default {{}} */
  readonly bson?: BSONSerializeOptions;
  /** The only server that can run it, as a cursor's next batch. @default {null} */
  readonly address?: string | null;
  /** The connection to run on, which stays with its owner. @default {null} */
  readonly pinned?: PinnedConnection | null;
  /** The limit that the server gets where the user asked for one and `timeoutMS` is not in use. */
  readonly maxTimeMS?: number;
  /** Whether `timeoutMS` is not sent as `maxTimeMS`, as with a `getMore` that does not await. @default {false} */
  readonly omitMaxTimeMS?: boolean;
  /**
   * Gives what to send to this server. May be called again for a retry, and has to give the same statements then.
   * Throws what the user is to get if the server cannot do it.
   */
  command(facts: ServerFacts): Command;
  /**
   * Whether `result` gets replies with a `writeConcernError`, which are otherwise thrown as `MongoWriteConcernError`.
   * @default {false}
   */
  readonly takesWriteConcernError?: boolean;
  /** Makes the result of a reply with `ok: 1`; it may throw what the user is to get. */
  result(reply: Document, execution: Execution): Result;
}
