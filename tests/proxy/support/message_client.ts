import { MessageFramer } from "../../../codec/framer.ts";
import type { Stream } from "../../../driver/transport/transport.ts";
import { within } from "./within.ts";

/** A client that gets messages, each as what `read` makes of it. */
export class MessageClient<Message> implements Disposable {
  readonly #stream: Stream;
  readonly #closed: Promise<void>;
  readonly #received: Message[] = [];
  readonly #waiting: PromiseWithResolvers<Message>[] = [];
  #isClosed = false;
  /** All bytes that came. */
  receivedBytes = 0;

  /** `read` keeps no view of the message. */
  constructor(stream: Stream, read: (message: Uint8Array) => Message) {
    const closed = Promise.withResolvers<void>();
    this.#closed = closed.promise;
    this.#stream = stream;
    const framer = new MessageFramer();
    stream.start({
      onBytes: (chunk) => {
        this.receivedBytes += chunk.length;
        framer.push(chunk);
        for (let message = framer.next(); message !== null; message = framer.next()) this.#onMessage(read(message));
      },
      onDrain() {},
      onClose: () => {
        this.#isClosed = true;
        for (const { reject } of this.#waiting.splice(0)) reject(new Error("The connection was closed"));
        closed.resolve();
      },
    });
  }

  /** Resolves when the connection is closed, by whomever. */
  get closed(): Promise<void> {
    return within("the end of the connection", this.#closed);
  }

  /** Messages that came and were not asked for. */
  get unread(): number {
    return this.#received.length;
  }

  /** Bytes that the operating system has not taken yet. */
  get queuedBytes(): number {
    return this.#stream.queuedBytes;
  }

  sendBytes(bytes: Uint8Array): void {
    this.#stream.write(bytes);
  }

  /** The next message. Rejects if the connection is closed before it comes. */
  receive(): Promise<Message> {
    const received = this.#received.shift();
    if (received !== undefined) return Promise.resolve(received);
    if (this.#isClosed) return Promise.reject(new Error("The connection was closed"));
    const waiting = Promise.withResolvers<Message>();
    this.#waiting.push(waiting);
    return within("a reply", waiting.promise);
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

  #onMessage(received: Message): void {
    const waiting = this.#waiting.shift();
    if (waiting === undefined) this.#received.push(received);
    else waiting.resolve(received);
  }
}
