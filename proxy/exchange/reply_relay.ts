import type { LargeReply } from "../../codec/large_message.ts";
import type { Connection } from "../../driver/connection.ts";
import type { Transfer } from "../client/stall_watch.ts";
import { MAX_QUEUED_BYTES } from "../client/upload.ts";

/** A client that takes a large reply in parts. */
export interface RelayClient {
  /** Bytes that the client was sent and that the operating system has not taken. */
  readonly queuedBytes: number;
  /** Sends the reply or a part of it; the bytes are borrowed for the call. */
  reply(bytes: Uint8Array): void;
  /** Ends a client that reads nothing any more. */
  onStalled(): void;
  /** Ends a client that has a part of its reply, and cannot be told in any other way that the rest will not come. */
  breakOff(message: string): void;
}

/**
 * A large reply on its way from a server to a client, byte for byte and as it comes, so that it takes a little memory
 * and the client has its beginning early. The client may be slow: then the server has to wait, and its connection with
 * it. That is bounded by the time limit on clients that do nothing, not by collecting the reply after all: a client
 * that stops in the middle cannot be served anything else anyway, and memory is what all clients share.
 */
export class ReplyRelay implements Transfer {
  readonly #reply: LargeReply;
  readonly #connection: Connection;
  /** Null once nobody wants the reply any more. */
  #client: RelayClient | null;
  #isPaused = false;
  #passed = 0;

  constructor(reply: LargeReply, connection: Connection, client: RelayClient | null) {
    this.#reply = reply;
    this.#connection = connection;
    this.#client = client;
  }

  get awaitsClient(): boolean {
    return this.#isPaused;
  }

  get progress(): number {
    return this.#passed - (this.#client?.queuedBytes ?? 0);
  }

  onStalled(): void {
    this.#client?.onStalled();
  }

  /** Passes on what came. */
  take(part: Uint8Array): void {
    this.#reply.take(part);
    const client = this.#client;
    if (client === null) return;
    this.#passed += part.length;
    client.reply(part);
    // It may have turned out just now that the client is gone.
    if (this.#client === null || this.#isPaused || client.queuedBytes <= MAX_QUEUED_BYTES) return;
    this.#isPaused = true;
    this.#connection.pause();
  }

  /** The client has taken everything; the server is read on. */
  resume(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    this.#connection.resume();
  }

  /** The client is gone; what still comes is read for what it says of cursors. */
  drop(): void {
    this.#client = null;
    this.resume();
  }

  /** The reply without its batch, after the last part. */
  end(): Uint8Array {
    this.resume();
    return this.#reply.reduced();
  }
}
