import { deserialize, type Document, serialize } from "bson";
import { MessageFramer } from "../../codec/framer.ts";
import { decodeOpMsg, encodeOpMsg, OpMsgFlag } from "../../codec/op_msg.ts";
import type { HostAddress } from "../../driver/address.ts";
import { denoTransport } from "../../driver/transport/deno_transport.ts";
import type { Listener, Stream } from "../../driver/transport/transport.ts";

/** A command that reached a {@linkcode FakeServer}. */
export interface FakeRequest {
  /** The command's name as sent. */
  readonly name: string;
  readonly command: Document;
  /** Whether the client takes more than one reply. */
  readonly exhaustAllowed: boolean;
  /** Which connection it came on, counted from 1. */
  readonly connectionId: number;
  /** Answers; with `more` another reply will follow without a request. `ok: 1` is added if there is no `ok`. */
  reply(document: Document, options?: { readonly more?: boolean }): void;
  /** Closes the connection. */
  hangUp(): void;
}

/** What {@linkcode FakeServer.start} accepts. */
export interface FakeServerOptions {
  /** @default a free port */
  readonly port?: number;
}

/**
 * A server on the loopback address that speaks OP_MSG and does what a test's script says.
 *
 * ```ts
 * await using server = FakeServer.start((request) => request.reply({ isWritablePrimary: true, maxWireVersion: 21 }));
 * ```
 */
export class FakeServer implements AsyncDisposable {
  /** Where it listens. */
  readonly address: HostAddress;
  readonly #listener: Listener;
  readonly #script: (request: FakeRequest) => void;
  readonly #open = new Map<Stream, PromiseWithResolvers<void>>();
  #connectionCount = 0;

  private constructor(port: number, script: (request: FakeRequest) => void) {
    this.#script = script;
    this.#listener = denoTransport.listen(
      { kind: "tcp", host: "127.0.0.1", port },
      {},
      (stream) => this.#onStream(stream),
      () => {},
    );
    this.address = this.#listener.address;
  }

  /** Starts to listen; `script` gets every command. */
  static start(script: (request: FakeRequest) => void, options: FakeServerOptions = {}): FakeServer {
    return new FakeServer(options.port ?? 0, script);
  }

  /** Connections that were ever accepted. */
  get connectionCount(): number {
    return this.#connectionCount;
  }

  /** Stops listening and closes all connections; resolves when they are gone. */
  async stop(): Promise<void> {
    this.#listener.close();
    const gone = [...this.#open.values()].map(({ promise }) => promise);
    for (const stream of this.#open.keys()) stream.close();
    await Promise.all(gone);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  #onStream(stream: Stream): void {
    const connectionId = ++this.#connectionCount;
    const framer = new MessageFramer();
    this.#open.set(stream, Promise.withResolvers<void>());
    stream.start({
      onBytes: (chunk) => {
        framer.push(chunk);
        for (let message = framer.next(); message !== null; message = framer.next()) {
          this.#script(readRequest(message, stream, connectionId));
        }
      },
      onDrain: () => {},
      onClose: () => {
        this.#open.get(stream)?.resolve();
        this.#open.delete(stream);
      },
    });
  }
}

let lastReplyId = 0;

function readRequest(message: Uint8Array, stream: Stream, connectionId: number): FakeRequest {
  const { requestId, flags, body } = decodeOpMsg(message);
  const command = deserialize(body);
  // A reply that was not asked for answers the one before it.
  let answered = requestId;
  return {
    name: Object.keys(command)[0] ?? "",
    command,
    exhaustAllowed: (flags & OpMsgFlag.exhaustAllowed) !== 0,
    connectionId,
    reply(document, { more = false } = {}) {
      const replyId = ++lastReplyId;
      stream.write(encodeOpMsg({
        requestId: replyId,
        responseTo: answered,
        flags: more ? OpMsgFlag.moreToCome : 0,
        body: serialize({ ok: 1, ...document }),
      }));
      answered = replyId;
    },
    hangUp: () => stream.close(),
  };
}
