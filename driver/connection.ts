import { serialize } from "bson";
import type { Document } from "../codec/bson_types.ts";
import { CodecError } from "../codec/error.ts";
import { MessageFramer } from "../codec/framer.ts";
import {
  DEFAULT_MAX_MESSAGE_SIZE_BYTES,
  messageLength,
  OpCode,
  opCode,
  requestId,
  responseTo,
} from "../codec/header.ts";
import type { Undecided } from "../codec/large_message.ts";
import { compressMessage, type CompressorName, decompressMessage } from "../codec/op_compressed.ts";
import { encodeOpMsg, OpMsgFlag, opMsgFlags } from "../codec/op_msg.ts";
import { decodeOpReply } from "../codec/op_reply.ts";
import type { HostAddress } from "./address.ts";
import { decodeDocument } from "./decode_document.ts";
import { MongoNetworkError, MongoNetworkTimeoutError, MongoServerError } from "./error.ts";
import type { Stream } from "./transport/transport.ts";

/** Who gets the replies of one exchange. */
export interface ReplyReceiver {
  /**
   * One reply; `message` is valid during the call only, and compressed if the server sent it so.
   * With `more` set, further replies follow (`moreToCome`); without it the connection is free again. One that
   * throws `CodecError` has no reply: the connection is closed, and `onFailure` follows.
   */
  onReply(message: Uint8Array, more: boolean): void;
  /** The exchange cannot end; the connection is closed. Called at most once, instead of the last reply. */
  onFailure(error: MongoNetworkError): void;
  /**
   * A large reply has begun, and this much of it is here; further replies do not follow. Who gets it as it comes, or
   * what to do meanwhile; without it every reply is collected. Whoever takes the parts gets all of them, `head` too.
   */
  onLargeReply?(head: Uint8Array): ReplyParts | Undecided;
  /** Everything that was sent has been handed to the operating system. */
  onDrain?(): void;
}

/** Who gets a large reply in parts, in place of `onReply`. `onFailure` may follow any of them but the last. */
export interface ReplyParts {
  /** The next bytes, valid during the call only. */
  onPart(part: Uint8Array): void;
  /** That was all; the connection is free again. One that throws `CodecError` has had no reply, as with `onReply`. */
  onEnd(): void;
}

/** What a {@linkcode Connection} is made with. */
export interface ConnectionInfo {
  /** Number of the connection in its pool, from 1. */
  readonly id: number;
  /** The server, for messages and events; the stream is open already. */
  readonly address: HostAddress;
  /** The pool's generation when the connection was asked for. @default {0} */
  readonly generation?: number;
  /** Largest reply to accept, in bytes. @default {48_000_000} */
  readonly maxMessageSizeBytes?: number;
  /** How hard zlib tries: -1 as it likes, 0 not at all to 9 most. @default {-1} */
  readonly zlibCompressionLevel?: number;
}

/** Options of {@linkcode Connection.command}. */
export interface CommandOptions {
  /**
   * Time to wait for the reply, in milliseconds; 0 means no limit. The connection is closed when it is up. @default {0}
   */
  readonly timeoutMS?: number;
  /** Compresses the message, if the handshake agreed on a compressor. @default {false} */
  readonly compress?: boolean;
}

type ConnectionState =
  | { readonly kind: "idle" }
  | { readonly kind: "exchanging"; readonly requestId: number; readonly receiver: ReplyReceiver }
  | { readonly kind: "receiving"; readonly parts: ReplyParts; readonly receiver: ReplyReceiver }
  | { readonly kind: "closed"; readonly error: MongoNetworkError };

const IDLE: ConnectionState = { kind: "idle" };
/** The header of an OP_MSG and its flags. */
const REPLY_START_BYTES = 20;
let lastRequestId = 0;

/** Gives a request id for messages that start here rather than at a client. */
export function nextRequestId(): number {
  lastRequestId = (lastRequestId + 1) & 0x7fffffff;
  return lastRequestId;
}

/**
 * One connection to a server: whole messages in, whole replies out, one exchange at a time.
 * Driven by the stream's events; what a message means is the caller's business.
 */
export class Connection {
  /** Number of the connection in its pool, from 1. */
  readonly id: number;
  /** The server as it was asked for. */
  readonly address: HostAddress;
  /** The pool's generation when the connection was asked for; it is stale once the pool's is higher. */
  readonly generation: number;
  /** The server's `hello`, set by the handshake. */
  hello: Document | null = null;
  /** What both sides can compress with, set by the handshake. */
  compressor: CompressorName | null = null;
  /** Which service behind a load balancer this is, as hexadecimal; set by the handshake. */
  serviceId: string | null = null;
  /** Called once when the connection closes, after a running exchange was told. */
  onClose: ((error: MongoNetworkError) => void) | null = null;
  readonly #stream: Stream;
  readonly #framer: MessageFramer;
  readonly #zlibCompressionLevel: number;
  #state: ConnectionState = IDLE;
  /** Bytes of the request under way that are still to be given to `send()`. */
  #unsent = 0;

  /** Takes over an open stream and starts reading; nothing is sent. */
  constructor(stream: Stream, info: ConnectionInfo) {
    this.id = info.id;
    this.address = info.address;
    this.generation = info.generation ?? 0;
    this.#zlibCompressionLevel = info.zlibCompressionLevel ?? -1;
    this.#stream = stream;
    this.#framer = new MessageFramer(
      info.maxMessageSizeBytes === undefined ? {} : { maxMessageSizeBytes: info.maxMessageSizeBytes },
    );
    stream.start({
      onBytes: (chunk) => this.#onBytes(chunk),
      onDrain: () => this.#receiver?.onDrain?.(),
      onClose: (error) => this.#onStreamClose(error),
    });
  }

  /** Whether it was closed or lost; for good. */
  get isClosed(): boolean {
    return this.#state.kind === "closed";
  }

  /** Whether an exchange is under way. */
  get isBusy(): boolean {
    return this.#receiver !== null;
  }

  /** Bytes that were sent and that the operating system has not taken yet. */
  get queuedBytes(): number {
    return this.#stream.queuedBytes;
  }

  /** The peer as the operating system tells it: `host:port` or a socket's path. */
  get remoteAddress(): string {
    return this.#stream.remoteAddress;
  }

  /**
   * Sends `message` (borrowed for the call) and gives `receiver` what answers it. Throws `MongoNetworkError` if the
   * connection is closed or an exchange is under way.
   */
  exchange(message: Uint8Array, receiver: ReplyReceiver): void {
    if (this.#state.kind !== "idle") {
      throw new MongoNetworkError(`Connection ${this.id} is ${this.#state.kind}`);
    }
    this.#state = { kind: "exchanging", requestId: requestId(message), receiver };
    this.#unsent = 0;
    this.#stream.write(message);
  }

  /** Sends `message` (borrowed for the call), which asks for no answer. Throws as {@linkcode exchange} does. */
  post(message: Uint8Array): void {
    if (this.#state.kind !== "idle") {
      throw new MongoNetworkError(`Connection ${this.id} is ${this.#state.kind}`);
    }
    this.#stream.write(message);
  }

  /**
   * Like {@linkcode exchange}, of a message of which only the beginning is here: its header declares the whole length,
   * and {@linkcode send} takes the rest. A server does not answer before it has everything; one that does is not
   * understood, and the connection closes.
   */
  exchangeInParts(head: Uint8Array, receiver: ReplyReceiver): void {
    const unsent = messageLength(head) - head.length;
    this.exchange(head, receiver);
    this.#unsent = unsent;
  }

  /** Sends the next part of the request under way; borrowed for the call, ignored after a close. */
  send(part: Uint8Array): void {
    this.#unsent -= part.length;
    this.#stream.write(part);
  }

  /** Stops taking replies, for a receiver that cannot pass them on as fast as they come. */
  pause(): void {
    this.#stream.pause();
  }

  /** Goes on taking replies; to be called before the connection is free again. */
  resume(): void {
    this.#stream.resume();
  }

  /** Compresses a message as the handshake agreed; the message itself if it agreed on nothing. */
  compress(message: Uint8Array): Uint8Array {
    if (this.compressor === null) return message;
    const compressed = compressMessage(message, this.compressor, { zlibCompressionLevel: this.#zlibCompressionLevel });
    // Noise grows; of a message of the largest size that would be more than a server takes.
    return compressed.length > DEFAULT_MAX_MESSAGE_SIZE_BYTES ? message : compressed;
  }

  /** Runs a command and decodes its reply. Throws `MongoServerError` on `ok: 0`, `MongoNetworkError` if it is lost. */
  async command(
    database: string,
    command: Document,
    options: CommandOptions = {},
  ): Promise<Document> {
    const body = serialize({ ...command, $db: database }, { ignoreUndefined: true });
    const message = encodeOpMsg({ requestId: nextRequestId(), body });
    const reply = await this.request(options.compress ? this.compress(message) : message, options.timeoutMS ?? 0);
    if (reply.ok !== 1) throw new MongoServerError(reply);
    return reply;
  }

  /** Sends one message, waits for its one reply and decodes the document in it, whatever it says. */
  request(message: Uint8Array, timeoutMS = 0): Promise<Document> {
    return new Promise((resolve, reject) => {
      let timer: ReturnType<typeof setTimeout> | undefined;
      this.exchange(message, {
        onReply: (reply, more) => {
          if (!more) clearTimeout(timer);
          try {
            resolve(decodeReplyDocument(reply));
          } catch (error) {
            reject(error);
          }
        },
        onFailure: (error) => {
          clearTimeout(timer);
          reject(error);
        },
      });
      // Only for a request that is under way: it closes the connection.
      if (timeoutMS > 0) timer = setTimeout(() => this.close(this.#timeoutError(timeoutMS)), timeoutMS);
    });
  }

  /** Closes now. A running exchange fails with `error`. */
  close(error?: MongoNetworkError): void {
    if (this.#state.kind === "closed") return;
    this.#finish(error ?? new MongoNetworkError(`Connection ${this.id} was closed`));
    this.#stream.close();
  }

  /** Lets the connection keep the process alive, as it does from the beginning. */
  ref(): void {
    this.#stream.ref();
  }

  /** Lets the process end although the connection is open. */
  unref(): void {
    this.#stream.unref();
  }

  #timeoutError(timeoutMS: number): MongoNetworkTimeoutError {
    return new MongoNetworkTimeoutError(
      `No reply from ${this.remoteAddress} within ${timeoutMS} ms`,
    );
  }

  get #receiver(): ReplyReceiver | null {
    const state = this.#state;
    return state.kind === "exchanging" || state.kind === "receiving" ? state.receiver : null;
  }

  #onBytes(chunk: Uint8Array): void {
    try {
      this.#framer.push(chunk);
      if (this.#state.kind === "receiving") this.#passOn(this.#state);
      for (let message = this.#framer.next(); message !== null; message = this.#framer.next()) {
        this.#onMessage(message);
        if (this.isClosed) return;
      }
      const large = this.#framer.large;
      if (large !== null) this.#onLarge(large);
    } catch (error) {
      // A fault of whoever takes the reply ends this connection, not the process with everybody else in it.
      const what = error instanceof CodecError ? "Unreadable reply" : "Fault while taking a reply";
      const reason = error instanceof Error ? error.message : String(error);
      this.close(new MongoNetworkError(`${what} from ${this.remoteAddress}: ${reason}`, { cause: error }));
    }
  }

  #onMessage(message: Uint8Array): void {
    const state = this.#state;
    if (state.kind !== "exchanging" || responseTo(message) !== state.requestId || this.#unsent > 0) {
      return this.#refuse(message);
    }
    const more = isFollowed(message);
    // The server answers further replies of a stream to its own previous one.
    const next = more ? { ...state, requestId: requestId(message) } : IDLE;
    this.#state = next;
    try {
      state.receiver.onReply(message, more);
    } catch (error) {
      // A receiver that could not read its reply has none, and is told so when the connection closes.
      if (this.#state === next) this.#state = state;
      throw error;
    }
  }

  /** Gives on what is here of a large reply. */
  #passOn(state: Extract<ConnectionState, { kind: "receiving" }>): void {
    for (let part = this.#framer.nextPart(); part !== null; part = this.#framer.nextPart()) {
      state.parts.onPart(part);
      if (this.isClosed) return;
    }
    if (this.#framer.partsLeft > 0) return;
    this.#state = IDLE;
    try {
      state.parts.onEnd();
    } catch (error) {
      if (this.#state === IDLE) this.#state = state;
      throw error;
    }
  }

  #refuse(message: Uint8Array): void {
    const state = this.#state;
    const awaited = state.kind === "exchanging" ? `a reply to ${state.requestId}` : "none";
    const expected = this.#unsent > 0 ? "none before the whole request was sent" : awaited;
    const request = responseTo(message);
    this.close(new MongoNetworkError(`Reply to request ${request} from ${this.remoteAddress}, expected ${expected}`));
  }

  #onLarge(head: Uint8Array): void {
    const state = this.#state;
    if (head.length < REPLY_START_BYTES) return;
    if (state.kind !== "exchanging" || responseTo(head) !== state.requestId || this.#unsent > 0) {
      return this.#refuse(head);
    }
    const parts = isFollowed(head) ? "collect" : state.receiver.onLargeReply?.(head) ?? "collect";
    if (parts === "more") return;
    if (parts === "collect") return this.#framer.collect();
    const receiving = { kind: "receiving", parts, receiver: state.receiver } as const;
    this.#state = receiving;
    this.#framer.openParts(0);
    this.#passOn(receiving);
  }

  #onStreamClose(error: Error | null): void {
    if (this.#state.kind === "closed") return;
    const reason = error?.message ?? "the server closed the connection";
    this.#finish(
      new MongoNetworkError(`Connection to ${this.remoteAddress} was lost: ${reason}`, {
        cause: error ?? undefined,
      }),
    );
  }

  #finish(error: MongoNetworkError): void {
    const receiver = this.#receiver;
    this.#state = { kind: "closed", error };
    receiver?.onFailure(error);
    this.onClose?.(error);
  }
}

/** Whether more replies follow this one on their own. They are asked for by monitors only, which do not compress. */
function isFollowed(message: Uint8Array): boolean {
  return opCode(message) === OpCode.msg && (opMsgFlags(message) & OpMsgFlag.moreToCome) !== 0;
}

/** Decodes the one document of an OP_MSG or OP_REPLY, compressed or not. Throws `CodecError` if it cannot. */
export function decodeReplyDocument(message: Uint8Array): Document {
  const plain = opCode(message) === OpCode.compressed ? decompressMessage(message) : message;
  if (opCode(plain) === OpCode.reply) {
    return decodeDocument(decodeOpReply(plain).documents[0] ?? serialize({ ok: 0 }));
  }
  // OP_MSG of a reply: header, flags, kind 0, the document.
  return decodeDocument(plain.subarray(21));
}
