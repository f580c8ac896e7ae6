import { closeConn } from "./close_conn.ts";
import { networkError } from "./network_error.ts";
import type { Stream, StreamEvents } from "./transport.ts";

/** Read buffer of a quiet stream: thousands of idle clients must cost little. */
const SMALL_READ_BYTES = 2048;
/** Read buffer while a stream fills small ones; shared, so only streams in the middle of something large hold one. */
const LARGE_READ_BYTES = 65_536;
const MAX_SPARE_BUFFERS = 64;
/** Writes up to this size are gathered in a buffer that is used again. */
const WRITE_BUFFER_BYTES = 16_384;

const spareReadBuffers: Uint8Array<ArrayBuffer>[] = [];
const spareWriteBuffers: Uint8Array<ArrayBuffer>[] = [];

function take(spares: Uint8Array<ArrayBuffer>[], bytes: number): Uint8Array<ArrayBuffer> {
  return spares.pop() ?? new Uint8Array(bytes);
}

function giveBack(spares: Uint8Array<ArrayBuffer>[], buffer: Uint8Array<ArrayBuffer>): void {
  if (spares.length < MAX_SPARE_BUFFERS) spares.push(buffer);
}

type ReadState = "waiting" | "reading" | "paused" | "closed";

/** A {@linkcode Stream} on a `Deno.Conn`. */
export class DenoStream implements Stream {
  readonly remoteAddress: string;
  readonly #conn: Deno.Conn;
  readonly #keepLargeBuffer: boolean;
  #events: StreamEvents | null = null;
  #state: ReadState = "waiting";
  #resume: (() => void) | null = null;
  /** The write under way; what it was given must not change until it ends. */
  #writing: Uint8Array<ArrayBuffer> | null = null;
  #written = 0;
  #writeLength = 0;
  /** What waits behind it. */
  #queue: Uint8Array<ArrayBuffer>[] = [];
  #queuedBytes = 0;
  #endAfterWrites = false;

  /** With `keepLargeBuffer` the stream reads into one large buffer of its own (the few, busy upstream streams). */
  constructor(conn: Deno.Conn, remoteAddress: string, keepLargeBuffer: boolean) {
    this.#conn = conn;
    this.remoteAddress = remoteAddress;
    this.#keepLargeBuffer = keepLargeBuffer;
  }

  get queuedBytes(): number {
    return this.#queuedBytes;
  }

  start(events: StreamEvents): void {
    this.#events = events;
    this.#state = "reading";
    this.#readLoop();
  }

  write(bytes: Uint8Array): void {
    if (this.#state === "closed" || this.#endAfterWrites) return;
    this.#queuedBytes += bytes.length;
    if (this.#writing !== null) {
      this.#queue.push(bytes.slice());
      return;
    }
    this.#writing = bytes.length <= WRITE_BUFFER_BYTES
      ? take(spareWriteBuffers, WRITE_BUFFER_BYTES)
      : new Uint8Array(bytes.length);
    this.#writing.set(bytes);
    this.#startWrite(bytes.length);
  }

  pause(): void {
    if (this.#state === "reading") this.#state = "paused";
  }

  resume(): void {
    if (this.#state !== "paused") return;
    this.#state = "reading";
    this.#resume?.();
    this.#resume = null;
  }

  end(): void {
    if (this.#state === "closed") return;
    this.#endAfterWrites = true;
    if (this.#writing === null) this.close();
  }

  close(): void {
    this.#finish(null);
  }

  // Every Deno.Conn in use has ref and unref, though the interface only promises them on some.
  ref(): void {
    if (this.#state !== "closed") (this.#conn as Deno.TcpConn).ref();
  }

  unref(): void {
    if (this.#state !== "closed") (this.#conn as Deno.TcpConn).unref();
  }

  async #readLoop(): Promise<void> {
    const small = new Uint8Array(this.#keepLargeBuffer ? LARGE_READ_BYTES : SMALL_READ_BYTES);
    let buffer = small;
    for (let count = await this.#read(buffer); count > 0; count = await this.#read(buffer)) {
      this.#events?.onBytes(buffer.subarray(0, count));
      buffer = this.#nextReadBuffer(buffer, small, count);
    }
    if (buffer !== small) giveBack(spareReadBuffers, buffer);
  }

  /** Reads once, and holds what came while the stream is paused; 0 when the stream is closed. */
  async #read(buffer: Uint8Array<ArrayBuffer>): Promise<number> {
    if (this.#state === "closed") return 0;
    let count: number | null;
    try {
      count = await this.#conn.read(buffer);
    } catch (error) {
      this.#finish(networkError(error));
      return 0;
    }
    if (count === null) this.#finish(null);
    // Until it stays resumed: it may be paused again before this goes on.
    while (this.#state === "paused") await new Promise<void>((resolve) => this.#resume = resolve);
    return this.#isClosed() ? 0 : count!;
  }

  /** A filled buffer asks for a large one; anything less means that the peer paused. */
  #nextReadBuffer(
    buffer: Uint8Array<ArrayBuffer>,
    small: Uint8Array<ArrayBuffer>,
    count: number,
  ): Uint8Array<ArrayBuffer> {
    if (count === buffer.length) {
      return buffer === small && !this.#keepLargeBuffer ? take(spareReadBuffers, LARGE_READ_BYTES) : buffer;
    }
    if (buffer !== small) giveBack(spareReadBuffers, buffer);
    return small;
  }

  /** The state asked anew, where the compiler narrowed it before an await. */
  #isClosed(): boolean {
    return this.#state === "closed";
  }

  #startWrite(length: number): void {
    this.#written = 0;
    this.#writeLength = length;
    this.#continueWrite();
  }

  #continueWrite(): void {
    const rest = this.#writing!.subarray(this.#written, this.#writeLength);
    this.#conn.write(rest).then(this.#onWritten, this.#onWriteFailed);
  }

  readonly #onWritten = (count: number): void => {
    if (this.#state === "closed") return;
    this.#written += count;
    this.#queuedBytes -= count;
    if (this.#written < this.#writeLength) return this.#continueWrite();
    if (this.#queue.length > 0) return this.#writeQueued();
    this.#releaseWriteBuffer();
    if (this.#endAfterWrites) return this.close();
    this.#events?.onDrain();
  };

  readonly #onWriteFailed = (error: unknown): void => {
    if (this.#state !== "closed") this.#finish(networkError(error));
  };

  /** Takes everything that queued up meanwhile together. */
  #writeQueued(): void {
    const queued = this.#queue;
    this.#queue = [];
    const length = queued.reduce((sum, bytes) => sum + bytes.length, 0);
    if (queued.length === 1 && length > WRITE_BUFFER_BYTES) {
      this.#releaseWriteBuffer();
      this.#writing = queued[0]!;
    } else {
      if (length > this.#writing!.length) {
        this.#releaseWriteBuffer();
        this.#writing = new Uint8Array(length);
      }
      let offset = 0;
      for (const bytes of queued) {
        this.#writing!.set(bytes, offset);
        offset += bytes.length;
      }
    }
    this.#startWrite(length);
  }

  #releaseWriteBuffer(): void {
    const buffer = this.#writing;
    this.#writing = null;
    if (buffer?.length === WRITE_BUFFER_BYTES) giveBack(spareWriteBuffers, buffer);
  }

  #finish(error: Error | null): void {
    if (this.#state === "closed") return;
    this.#state = "closed";
    this.#resume?.();
    // A write under way keeps its buffer: the operating system may still read it.
    this.#writing = null;
    this.#queue = [];
    this.#queuedBytes = 0;
    closeConn(this.#conn);
    this.#events?.onClose(error);
  }
}
