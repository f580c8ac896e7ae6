import { MessageFramer } from "../../../codec/framer.ts";
import type { HostAddress } from "../../../driver/address.ts";
import { denoTransport } from "../../../driver/transport/deno_transport.ts";
import type { Stream } from "../../../driver/transport/transport.ts";
import { eventually } from "./eventually.ts";
import { within } from "./within.ts";

/** A client that sends and gets bytes, whatever they mean. */
export class ByteClient implements Disposable {
  /** Messages that came whole and were not taken yet. */
  readonly #messages: Uint8Array[] = [];
  readonly #stream: Stream;
  readonly #closed: Promise<void>;
  /** All bytes that came. */
  receivedBytes = 0;

  private constructor(stream: Stream) {
    const closed = Promise.withResolvers<void>();
    const framer = new MessageFramer();
    this.#stream = stream;
    this.#closed = closed.promise;
    stream.start({
      onBytes: (chunk) => {
        this.receivedBytes += chunk.length;
        framer.push(chunk);
        for (let message = framer.next(); message !== null; message = framer.next()) {
          this.#messages.push(new Uint8Array(message));
        }
      },
      onDrain() {},
      onClose: () => closed.resolve(),
    });
  }

  static async connect(address: HostAddress): Promise<ByteClient> {
    return new ByteClient(await denoTransport.dial(address));
  }

  /** Resolves when the connection is closed, by whomever. */
  get closed(): Promise<void> {
    return within("the end of the connection", this.#closed);
  }

  /** Bytes that the operating system has not taken yet. */
  get queuedBytes(): number {
    return this.#stream.queuedBytes;
  }

  send(bytes: Uint8Array): void {
    this.#stream.write(bytes);
  }

  /** The next whole message. */
  async receive(): Promise<Uint8Array> {
    await eventually("a message came", () => this.#messages.length > 0);
    return this.#messages.shift()!;
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

  [Symbol.dispose](): void {
    this.close();
  }
}
