import { deserialize, type Document, serialize } from "bson";
import { MessageFramer } from "../../../codec/framer.ts";
import { OpCode, opCode, responseTo } from "../../../codec/header.ts";
import { compressMessage, type CompressorName, compressorOf, decompressMessage } from "../../../codec/op_compressed.ts";
import { encodeOpMsg } from "../../../codec/op_msg.ts";
import { encodeOpQuery } from "../../../codec/op_query.ts";
import { decodeOpReply } from "../../../codec/op_reply.ts";
import type { HostAddress } from "../../../driver/address.ts";
import { decodeReplyDocument } from "../../../driver/connection.ts";
import { denoTransport } from "../../../driver/transport/deno_transport.ts";
import type { Stream } from "../../../driver/transport/transport.ts";
import { within } from "./within.ts";

/** A message that reached a {@linkcode RawClient}. */
export interface Received {
  readonly responseTo: number;
  readonly opCode: number;
  /** How it came compressed, `null` for not at all. */
  readonly compressor: CompressorName | "noop" | null;
  readonly document: Document;
  /** The flags of an OP_REPLY; 0 of an OP_MSG. */
  readonly responseFlags: number;
}

/** How a {@linkcode RawClient} sends a command. */
export interface SendOptions {
  readonly flags?: number;
  readonly requestId?: number;
  readonly compressor?: CompressorName;
}

let lastRequestId = 1000;

/** A client that sends what a test says, and knows nothing of sessions, pools or retries. */
export class RawClient implements Disposable {
  readonly #stream: Stream;
  readonly #closed: Promise<void>;
  readonly #received: Received[] = [];
  readonly #waiting: PromiseWithResolvers<Received>[] = [];
  #isClosed = false;

  private constructor(stream: Stream) {
    const closed = Promise.withResolvers<void>();
    this.#closed = closed.promise;
    this.#stream = stream;
    const framer = new MessageFramer();
    stream.start({
      onBytes: (chunk) => {
        framer.push(chunk);
        for (let message = framer.next(); message !== null; message = framer.next()) {
          this.#onMessage(describe(message));
        }
      },
      onDrain() {},
      onClose: () => {
        this.#isClosed = true;
        for (const { reject } of this.#waiting.splice(0)) reject(new Error("The connection was closed"));
        closed.resolve();
      },
    });
  }

  static async connect(address: HostAddress): Promise<RawClient> {
    return new RawClient(await denoTransport.dial(address));
  }

  /** Resolves when the connection is closed, by whomever. */
  get closed(): Promise<void> {
    return within("the end of the connection", this.#closed);
  }

  /** Replies that came and were not asked for. */
  get unread(): number {
    return this.#received.length;
  }

  /** Sends a command as OP_MSG, to `admin` where it has no `$db`; returns its request id. */
  send(command: Document, options: SendOptions = {}): number {
    const { requestId = ++lastRequestId, flags = 0, compressor } = options;
    const plain = encodeOpMsg({ requestId, flags, body: serialize({ ...command, $db: command.$db ?? "admin" }) });
    this.sendBytes(compressor === undefined ? plain : compressMessage(plain, compressor));
    return requestId;
  }

  /** Sends a command as OP_QUERY; returns its request id. */
  sendQuery(command: Document, namespace = "admin.$cmd", flags = 0): number {
    const requestId = ++lastRequestId;
    this.sendBytes(encodeOpQuery({
      requestId,
      flags,
      fullCollectionName: namespace,
      numberToSkip: 0,
      numberToReturn: -1,
      query: serialize(command),
    }));
    return requestId;
  }

  sendBytes(bytes: Uint8Array): void {
    this.#stream.write(bytes);
  }

  /** The next message. Rejects if the connection is closed before it comes. */
  receive(): Promise<Received> {
    const received = this.#received.shift();
    if (received !== undefined) return Promise.resolve(received);
    if (this.#isClosed) return Promise.reject(new Error("The connection was closed"));
    const waiting = Promise.withResolvers<Received>();
    this.#waiting.push(waiting);
    return within("a reply", waiting.promise);
  }

  /** Sends a command and gives its reply, which must be the next message. */
  async command(command: Document, options: SendOptions = {}): Promise<Document> {
    return (await this.replyTo(this.send(command, options))).document;
  }

  /** The next message, which must be the reply to `requestId`. */
  async replyTo(requestId: number): Promise<Received> {
    const received = await this.receive();
    if (received.responseTo !== requestId) {
      throw new Error(`Reply to ${received.responseTo}, expected one to ${requestId}`);
    }
    return received;
  }

  /** Stops and resumes reading. */
  pause(): void {
    this.#stream.pause();
  }

  resume(): void {
    this.#stream.resume();
  }

  close(): void {
    this.#stream.close();
  }

  /** Closes once everything was sent. */
  end(): void {
    this.#stream.end();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #onMessage(received: Received): void {
    const waiting = this.#waiting.shift();
    if (waiting === undefined) this.#received.push(received);
    else waiting.resolve(received);
  }
}

function describe(message: Uint8Array): Received {
  const isCompressed = opCode(message) === OpCode.compressed;
  const plain = isCompressed ? decompressMessage(message) : message;
  const isReply = opCode(plain) === OpCode.reply;
  return {
    responseTo: responseTo(plain),
    opCode: opCode(plain),
    compressor: isCompressed ? compressorOf(message) : null,
    document: isReply ? firstDocument(plain) : decodeReplyDocument(plain),
    responseFlags: isReply ? decodeOpReply(plain).responseFlags : 0,
  };
}

function firstDocument(message: Uint8Array): Document {
  const [first] = decodeOpReply(message).documents;
  return first === undefined ? {} : deserialize(first);
}
