import { Buffer } from "node:buffer";
import type { TLSSocket } from "node:tls";
import { networkError } from "./network_error.ts";
import type { Stream, StreamEvents } from "./transport.ts";

type StreamState =
  | { readonly kind: "waiting" }
  | { readonly kind: "open"; readonly events: StreamEvents }
  | { readonly kind: "closed"; readonly error: Error | null };

/** A {@linkcode Stream} on a connected `TLSSocket` of `node:tls`. */
export class NodeTlsStream implements Stream {
  readonly remoteAddress: string;
  readonly #socket: TLSSocket;
  #state: StreamState = { kind: "waiting" };
  #queuedBytes = 0;
  #isEnding = false;

  /** Takes over a socket whose handshake is done; it must not flow yet. */
  constructor(socket: TLSSocket, remoteAddress: string) {
    this.#socket = socket;
    this.remoteAddress = remoteAddress;
    socket.on("error", (error: Error) => this.#finish(networkError(error)));
    socket.on("close", () => this.#finish(null));
    socket.on("end", () => this.#finish(null));
  }

  get queuedBytes(): number {
    return this.#queuedBytes;
  }

  start(events: StreamEvents): void {
    if (this.#state.kind === "closed") return events.onClose(this.#state.error);
    this.#state = { kind: "open", events };
    this.#socket.on("data", (chunk: Uint8Array) => {
      if (this.#state.kind !== "closed") events.onBytes(chunk);
    });
  }

  write(bytes: Uint8Array): void {
    if (this.#state.kind === "closed" || this.#isEnding) return;
    const { length } = bytes;
    this.#queuedBytes += length;
    // The socket keeps what it is given until it is written, so it gets a copy.
    this.#socket.write(Buffer.from(bytes), () => this.#onWritten(length));
  }

  pause(): void {
    if (this.#state.kind !== "closed") this.#socket.pause();
  }

  resume(): void {
    if (this.#state.kind !== "closed") this.#socket.resume();
  }

  end(): void {
    if (this.#state.kind === "closed" || this.#isEnding) return;
    this.#isEnding = true;
    this.#socket.end(() => this.close());
  }

  close(): void {
    this.#finish(null);
  }

  ref(): void {
    this.#socket.ref();
  }

  unref(): void {
    this.#socket.unref();
  }

  #onWritten(length: number): void {
    if (this.#state.kind === "closed") return;
    this.#queuedBytes -= length;
    if (this.#queuedBytes === 0 && this.#state.kind === "open" && !this.#isEnding) this.#state.events.onDrain();
  }

  #finish(error: Error | null): void {
    if (this.#state.kind === "closed") return;
    const before = this.#state;
    this.#state = { kind: "closed", error };
    this.#queuedBytes = 0;
    this.#socket.destroy();
    if (before.kind === "open") before.events.onClose(error);
  }
}
