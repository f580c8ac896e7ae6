import { deserialize, type Document, serialize } from "bson";
import { MessageFramer } from "../../codec/framer.ts";
import { requestId } from "../../codec/header.ts";
import { decodeOpMsg, encodeOpMsg } from "../../codec/op_msg.ts";
import type { HostAddress } from "../../driver/address.ts";
import { denoTransport } from "../../driver/transport/deno_transport.ts";
import type { Listener, Stream } from "../../driver/transport/transport.ts";

/** What a script does with a command: a reply, nothing at all, or the end of the connection. */
export type ScriptedAnswer = Document | "silence" | "close";

/** Answers a command; `connection` counts the server's connections from 1. */
export type Script = (
  command: Document,
  connection: number,
) => ScriptedAnswer | Promise<ScriptedAnswer>;

/** What a server of today says of itself. */
export const HELLO_REPLY: Document = {
  ok: 1,
  isWritablePrimary: true,
  helloOk: true,
  minWireVersion: 0,
  maxWireVersion: 21,
  maxBsonObjectSize: 16_777_216,
  maxMessageSizeBytes: 48_000_000,
  maxWriteBatchSize: 100_000,
};

/** Whether a command is the first of a connection. */
export function isHello(command: Document): boolean {
  return "hello" in command || "isMaster" in command;
}

/** A server on the loopback that answers OP_MSG by a test's script, and keeps what it was asked. */
export class ScriptedServer implements AsyncDisposable {
  readonly commands: Document[] = [];
  readonly #script: Script;
  readonly #listener: Listener;
  readonly #streams = new Set<Stream>();
  #connectionCount = 0;
  #onEmpty: () => void = () => {};

  constructor(script: Script) {
    this.#script = script;
    this.#listener = denoTransport.listen(
      { kind: "tcp", host: "127.0.0.1", port: 0 },
      {},
      (stream) => this.#accept(stream),
      () => {},
    );
  }

  get address(): HostAddress {
    return this.#listener.address;
  }

  get openConnectionCount(): number {
    return this.#streams.size;
  }

  /** Resolves when the last client is gone. */
  async emptied(): Promise<void> {
    if (this.#streams.size === 0) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#onEmpty = resolve;
    await promise;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    const emptied = this.emptied();
    for (const stream of this.#streams) stream.close();
    await emptied;
  }

  #accept(stream: Stream): void {
    const number = ++this.#connectionCount;
    const framer = new MessageFramer();
    this.#streams.add(stream);
    stream.start({
      onBytes: (chunk) => {
        framer.push(chunk);
        for (let message = framer.next(); message !== null; message = framer.next()) {
          this.#answer(stream, message, number);
        }
      },
      onDrain() {},
      onClose: () => {
        this.#streams.delete(stream);
        if (this.#streams.size === 0) this.#onEmpty();
      },
    });
  }

  async #answer(stream: Stream, message: Uint8Array, connection: number): Promise<void> {
    const id = requestId(message);
    const command = deserialize(decodeOpMsg(message).body);
    this.commands.push(command);
    const answer = await this.#script(command, connection);
    if (answer === "close") return stream.close();
    if (answer === "silence") return;
    stream.write(encodeOpMsg({ requestId: 0, responseTo: id, body: serialize(answer) }));
  }
}
