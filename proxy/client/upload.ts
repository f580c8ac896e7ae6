import type { MessageFramer } from "../../codec/framer.ts";
import { SectionCheck } from "../../codec/large_message.ts";
import type { Connection } from "../../driver/connection.ts";

/**
 * Bytes of a large message that may wait for one side before the other is read no further: the most that one costs on
 * its way, whatever its size. The operating system has megabytes of its own, which keep both busy meanwhile.
 */
export const MAX_QUEUED_BYTES = 262_144;

/**
 * The rest of a large request, which goes from its client to a server as it comes. The client is read only while there
 * is a connection that takes it, so it costs a chunk until then. From then on the connection is its own until the end:
 * a client that stops in the middle is closed after the time limit on those that do nothing, and one that leaves takes
 * the connection with it, which has half a message and is of no use to anybody.
 */
export class Upload {
  readonly #framer: MessageFramer;
  readonly #check: SectionCheck;
  readonly #onRoom: () => void;
  #connection: Connection | null = null;
  #left: number;

  /** Takes where the request's beginning ends and how long it is; `onRoom` is called when {@linkcode flow} can go on. */
  constructor(framer: MessageFramer, start: number, length: number, onRoom: () => void) {
    this.#framer = framer;
    this.#check = new SectionCheck(start, length);
    this.#left = length - start;
    this.#onRoom = onRoom;
  }

  /** Bytes that the server was not sent yet. */
  get left(): number {
    return this.#left;
  }

  /** Whether the server still lacks a part, which may never come. */
  get isOpen(): boolean {
    return this.#left > 0;
  }

  /** Whether the server, rather than the client, has to do something first. */
  get isHeld(): boolean {
    return this.isOpen && (this.#connection === null || this.#connection.queuedBytes > MAX_QUEUED_BYTES);
  }

  /** There is a connection, and the beginning is on its way. */
  flowTo(connection: Connection): void {
    this.#connection = connection;
    this.#onRoom();
  }

  /** The connection has taken all that it was sent. */
  onDrain(): void {
    if (this.isOpen) this.#onRoom();
  }

  /** Sends what is here, as far as the connection takes it. Throws `CodecError` before it would send what is no message. */
  flow(): void {
    while (!this.isHeld) {
      const part = this.#framer.nextPart();
      if (part === null) return;
      this.#check.take(part);
      this.#left -= part.length;
      this.#connection!.send(part);
    }
  }

  /** The request is over; what is left of it is passed over. */
  close(): void {
    this.#framer.skipParts();
  }
}
