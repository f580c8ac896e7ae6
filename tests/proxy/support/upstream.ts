import { deserialize, type Document, Long, ObjectId, serialize } from "bson";
import { describeCommand } from "../../../codec/command.ts";
import { MessageFramer } from "../../../codec/framer.ts";
import { OpCode, opCode } from "../../../codec/header.ts";
import { compressMessage, type CompressorName, compressorOf, decompressMessage } from "../../../codec/op_compressed.ts";
import { decodeOpMsg, encodeOpMsg, OpMsgFlag, opMsgFlags } from "../../../codec/op_msg.ts";
import { encodeReplyTo } from "../../../codec/reply_encode.ts";
import { formatHostAddress, type HostAddress } from "../../../driver/address.ts";
import { denoTransport } from "../../../driver/transport/deno_transport.ts";
import type { Listener, Stream } from "../../../driver/transport/transport.ts";
import { HELLO_REPLY } from "../../driver/scripted_server.ts";
import { within } from "./within.ts";

/** A command that reached an {@linkcode Upstream}; handshakes and checks are answered without a test. */
export interface UpstreamRequest {
  readonly name: string;
  readonly command: Document;
  readonly requestId: number;
  readonly opCode: number;
  /** Flags of an OP_MSG, 0 of anything else. */
  readonly flags: number;
  /** How it came compressed, `null` for not at all. */
  readonly compressor: CompressorName | "noop" | null;
  /** The bytes as they came. */
  readonly bytes: Uint8Array;
  /** Which connection it came on, from 1. */
  readonly connectionId: number;
  readonly server: Upstream;
  /** Resolves when its connection is closed. */
  readonly closed: Promise<void>;
  /** Answers, with `ok: 1` unless the document says otherwise. */
  reply(document?: Document, options?: ReplyOptions): void;
  replyBytes(bytes: Uint8Array): void;
  hangUp(): void;
}

export interface ReplyOptions {
  readonly compressor?: CompressorName;
  /** Another reply follows. */
  readonly more?: boolean;
}

/** What a server of today says of itself. */
export const PRIMARY_HELLO: Document = { ...HELLO_REPLY, logicalSessionTimeoutMinutes: 30 };

let lastReplyId = 0;

/**
 * A server on the loopback that does what a test says. It answers every command with `ok: 1` at once, save those that
 * a test holds or answers itself; it pushes what it says of itself to whoever streams `hello`.
 */
export class Upstream implements AsyncDisposable {
  readonly address: HostAddress;
  /** Everything that came, `hello` and `isMaster` apart. */
  readonly requests: UpstreamRequest[] = [];
  /** What it is greeted with. */
  readonly greetings: Document[] = [];
  readonly #listener: Listener;
  readonly #streams = new Map<Stream, PromiseWithResolvers<void>>();
  readonly #handlers = new Map<string, (request: UpstreamRequest) => void>();
  readonly #unclaimed = new Map<string, UpstreamRequest[]>();
  readonly #waiting = new Map<string, PromiseWithResolvers<UpstreamRequest>[]>();
  /** The checks that wait for another state. */
  readonly #streamed = new Map<Stream, { readonly request: UpstreamRequest; readonly more: boolean }>();
  readonly #processId = new ObjectId();
  #hello: Document;
  #counter = 0;
  #connectionCount = 0;
  #isRefusing = false;

  constructor(hello: Document = PRIMARY_HELLO) {
    this.#hello = hello;
    this.#listener = denoTransport.listen(
      { kind: "tcp", host: "127.0.0.1", port: 0 },
      {},
      (stream) => this.#onStream(stream),
      () => {},
    );
    this.address = this.#listener.address;
  }

  get host(): string {
    return formatHostAddress(this.address);
  }

  get uri(): string {
    return `mongodb://${this.host}/`;
  }

  get openConnectionCount(): number {
    return this.#streams.size;
  }

  /** How many wait for another state. */
  get streams(): number {
    return this.#streamed.size;
  }

  /** Commands of this name, in the order they came. */
  commands(name: string): Document[] {
    return this.requests.filter((request) => request.name === name).map(({ command }) => command);
  }

  /** Changes what the server says of itself; who streams `hello` is told at once. */
  setHello(hello: Document): void {
    this.#hello = hello;
    this.#counter++;
    for (const { request, more } of this.#streamed.values()) request.reply(this.#greeting(), { more });
  }

  /** Sends bytes that are no reply to whoever streams `hello`. */
  sendUnreadableHello(): void {
    const body = serialize({ ok: 1, odd: { marked: 1 } });
    body[new TextDecoder("latin1").decode(body).indexOf("marked") - 1] = 0x55;
    for (const { request } of this.#streamed.values()) {
      request.replyBytes(
        encodeOpMsg({ requestId: 1, responseTo: request.requestId, flags: OpMsgFlag.moreToCome, body }),
      );
    }
  }

  /** Leaves the answers to commands of this name to {@linkcode next}. */
  hold(...names: string[]): void {
    for (const name of names) this.#handlers.set(name, (request) => this.#offer(request));
  }

  /** Answers commands of this name by a function. */
  on(name: string, handler: (request: UpstreamRequest) => void): void {
    this.#handlers.set(name, handler);
  }

  /** The next held command of this name that nobody asked for yet. */
  next(name: string): Promise<UpstreamRequest> {
    const request = this.#unclaimed.get(name)?.shift();
    if (request !== undefined) return Promise.resolve(request);
    const waiting = Promise.withResolvers<UpstreamRequest>();
    this.#waiting.set(name, [...this.#waiting.get(name) ?? [], waiting]);
    return within(`a ${name} at the server`, waiting.promise);
  }

  /** Closes all connections, and from now on every new one at once. */
  goAway(): void {
    this.#isRefusing = true;
    for (const stream of this.#streams.keys()) stream.close();
  }

  comeBack(): void {
    this.#isRefusing = false;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    const gone = [...this.#streams.values()].map(({ promise }) => promise);
    for (const stream of this.#streams.keys()) stream.close();
    await Promise.all(gone);
  }

  #greeting(): Document {
    const topologyVersion = { processId: this.#processId, counter: Long.fromNumber(this.#counter) };
    return { ok: 1, topologyVersion, ...this.#hello };
  }

  #offer(request: UpstreamRequest): void {
    const waiting = this.#waiting.get(request.name)?.shift();
    if (waiting !== undefined) return waiting.resolve(request);
    this.#unclaimed.set(request.name, [...this.#unclaimed.get(request.name) ?? [], request]);
  }

  #onStream(stream: Stream): void {
    if (this.#isRefusing) return stream.close();
    const connectionId = ++this.#connectionCount;
    const framer = new MessageFramer();
    this.#streams.set(stream, Promise.withResolvers<void>());
    stream.start({
      onBytes: (chunk) => {
        framer.push(chunk);
        for (let message = framer.next(); message !== null && this.#streams.has(stream); message = framer.next()) {
          this.#onRequest(this.#readRequest(message.slice(), stream, connectionId), stream);
        }
      },
      onDrain() {},
      onClose: () => {
        this.#streams.get(stream)?.resolve();
        this.#streams.delete(stream);
        this.#streamed.delete(stream);
      },
    });
  }

  #onRequest(request: UpstreamRequest, stream: Stream): void {
    if (request.name === "hello" || request.name === "isMaster") return this.#onHello(request, stream);
    this.requests.push(request);
    const handler = this.#handlers.get(request.name);
    if (handler !== undefined) handler(request);
    else if ((request.flags & OpMsgFlag.moreToCome) === 0) request.reply();
  }

  /** Who knows the state already and may be told of another later waits for that. */
  #onHello(request: UpstreamRequest, stream: Stream): void {
    this.greetings.push(request.command);
    const { topologyVersion } = request.command;
    const isCurrent = topologyVersion !== undefined && String(topologyVersion.processId) === String(this.#processId) &&
      Number(topologyVersion.counter) === this.#counter;
    const more = (request.flags & OpMsgFlag.exhaustAllowed) !== 0;
    if (isCurrent) this.#streamed.set(stream, { request, more });
    else request.reply(this.#greeting(), { more: false });
  }

  #readRequest(bytes: Uint8Array, stream: Stream, connectionId: number): UpstreamRequest {
    const isCompressed = opCode(bytes) === OpCode.compressed;
    const plain = isCompressed ? decompressMessage(bytes) : bytes;
    const view = describeCommand(plain);
    const isMsg = view.opCode === OpCode.msg;
    const gone = this.#streams.get(stream)!.promise;
    let answered = view.requestId;
    return {
      name: view.name,
      command: { ...readDocument(view.body), ...isMsg ? readSequences(plain) : {} },
      requestId: view.requestId,
      opCode: view.opCode,
      flags: isMsg ? opMsgFlags(plain) : 0,
      compressor: isCompressed ? compressorOf(bytes) : null,
      bytes,
      connectionId,
      server: this,
      get closed() {
        return within("the end of the connection", gone);
      },
      reply(document = {}, { compressor, more = false } = {}) {
        const requestId = ++lastReplyId;
        const body = serialize({ ok: 1, ...document });
        const reply = isMsg
          ? encodeOpMsg({ requestId, responseTo: answered, flags: more ? OpMsgFlag.moreToCome : 0, body })
          : encodeReplyTo(view, body, requestId);
        // A reply that was not asked for answers the one before it.
        answered = requestId;
        stream.write(compressor === undefined ? reply : compressMessage(reply, compressor));
      },
      replyBytes: (reply) => stream.write(reply),
      hangUp: () => stream.close(),
    };
  }
}

function readDocument(body: Uint8Array): Document {
  return body.length === 0 ? {} : deserialize(body, { promoteLongs: false });
}

function readSequences(message: Uint8Array): Document {
  return Object.fromEntries(
    decodeOpMsg(message).sequences.map(({ identifier, documents }) => [
      identifier,
      documents.map((document) => deserialize(document)),
    ]),
  );
}
