import { BufferPool } from "./buffer_pool.ts";
import { closeConn } from "./close_conn.ts";
import type { EventTurns } from "./event_turns.ts";
import { networkError } from "./network_error.ts";
import type { Stream, StreamEvents } from "./transport.ts";

const MAX_SPARE_BUFFERS = 64;
/** Those who relay large messages are few. */
const MAX_SPARE_LARGE_WRITES = 16;

/** For a quiet stream: thousands of idle clients must cost little. */
const SMALL_READS = new BufferPool(1024, MAX_SPARE_BUFFERS);
/** While a stream fills small ones: only those in the middle of something large hold one. */
const LARGE_READS = new BufferPool(65_536, MAX_SPARE_BUFFERS);
const SMALL_WRITES = new BufferPool(16_384, MAX_SPARE_BUFFERS);
/** What one large read brings goes on in one write. */
const LARGE_WRITES = new BufferPool(65_536, MAX_SPARE_LARGE_WRITES);

type ReadState = "waiting" | "reading" | "paused" | "closed";

/** A {@linkcode Stream} on a `Deno.Conn`. */
export class DenoStream implements Stream {
  readonly remoteAddress: string;
  readonly #conn: Deno.Conn;
  readonly #quietReads: BufferPool;
  readonly #turns: EventTurns | null;
  #events: StreamEvents | null = null;
  #state: ReadState = "waiting";
  /** Where the read buffer is from. */
  #reads: BufferPool;
  #readBuffer: Uint8Array<ArrayBuffer>;
  /** Bytes in the read buffer that came while the stream was paused. */
  #held = 0;
  /** The write under way; what it was given must not change until it ends. */
  #writing: Uint8Array<ArrayBuffer> | null = null;
  #written = 0;
  #writeLength = 0;
  /** What waits behind it. */
  #queue: Uint8Array<ArrayBuffer>[] = [];
  #queuedBytes = 0;
  #endAfterWrites = false;

  /**
   * With `keepLargeBuffer` the stream reads into one large buffer of its own (the few, busy upstream streams). Tells
   * `turns` when bytes arrive.
   */
  constructor(conn: Deno.Conn, remoteAddress: string, keepLargeBuffer: boolean, turns: EventTurns | null = null) {
    this.#conn = conn;
    this.#turns = turns;
    this.remoteAddress = remoteAddress;
    this.#quietReads = keepLargeBuffer ? LARGE_READS : SMALL_READS;
    this.#reads = this.#quietReads;
    this.#readBuffer = this.#reads.take();
  }

  get queuedBytes(): number {
    return this.#queuedBytes;
  }

  start(events: StreamEvents): void {
    this.#events = events;
    this.#state = "reading";
    this.#read();
  }

  write(bytes: Uint8Array): void {
    if (this.#state === "closed" || this.#endAfterWrites) return;
    this.#queuedBytes += bytes.length;
    if (this.#writing !== null) {
      // A copy for certain: `slice()` of a Node `Buffer` would be a view.
      this.#queue.push(new Uint8Array(bytes));
      return;
    }
    this.#writing = writeBuffer(bytes.length);
    this.#writing.set(bytes);
    this.#startWrite(bytes.length);
  }

  pause(): void {
    if (this.#state === "reading") this.#state = "paused";
  }

  resume(): void {
    if (this.#state !== "paused") return;
    this.#state = "reading";
    // Not within the call: who resumes may be in the middle of something.
    if (this.#held > 0) queueMicrotask(() => this.#deliverHeld());
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

  #read(): void {
    this.#conn.read(this.#readBuffer).then(this.#onRead, this.#onFailed);
  }

  readonly #onRead = (count: number | null): void => {
    this.#turns?.onEvent();
    if (count === null) this.#finish(null);
    else if (this.#state === "paused") this.#held = count;
    else if (this.#state === "reading") return this.#deliver(count);
    if (this.#state === "closed") this.#reads.giveBack(this.#readBuffer);
  };

  #deliver(count: number): void {
    this.#events!.onBytes(this.#readBuffer.subarray(0, count));
    this.#fitReadBuffer(count);
    this.#read();
  }

  /** It may have been paused again meanwhile, or closed. */
  #deliverHeld(): void {
    if (this.#state !== "reading" || this.#held === 0) return;
    const count = this.#held;
    this.#held = 0;
    this.#deliver(count);
  }

  /** A filled buffer asks for a large one; anything less means that the peer paused. */
  #fitReadBuffer(count: number): void {
    const wanted = count === this.#readBuffer.length ? LARGE_READS : this.#quietReads;
    if (wanted === this.#reads) return;
    this.#reads.giveBack(this.#readBuffer);
    this.#reads = wanted;
    this.#readBuffer = wanted.take();
  }

  #startWrite(length: number): void {
    this.#written = 0;
    this.#writeLength = length;
    this.#continueWrite();
  }

  #continueWrite(): void {
    const rest = this.#writing!.subarray(this.#written, this.#writeLength);
    this.#conn.write(rest).then(this.#onWritten, this.#onFailed);
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

  /** A read or a write ended in an error, if only because the stream was closed meanwhile. */
  readonly #onFailed = (error: unknown): void => {
    if (this.#state !== "closed") this.#finish(networkError(error));
  };

  /** Takes everything that queued up meanwhile together. */
  #writeQueued(): void {
    const queued = this.#queue;
    this.#queue = [];
    const length = queued.reduce((sum, bytes) => sum + bytes.length, 0);
    if (queued.length === 1 && writesOf(length) === null) {
      this.#releaseWriteBuffer();
      this.#writing = queued[0]!;
    } else {
      if (length > this.#writing!.length) {
        this.#releaseWriteBuffer();
        this.#writing = writeBuffer(length);
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
    if (buffer === null) return;
    const writes = writesOf(buffer.length);
    if (writes?.bytes === buffer.length) writes.giveBack(buffer);
  }

  #finish(error: Error | null): void {
    if (this.#state === "closed") return;
    this.#state = "closed";
    // A write under way keeps its buffer: the operating system may still read it.
    this.#writing = null;
    this.#queue = [];
    this.#queuedBytes = 0;
    closeConn(this.#conn);
    this.#events?.onClose(error);
  }
}

/** Where a buffer for a write of so many bytes is from; `null` if it is one of its own. */
function writesOf(bytes: number): BufferPool | null {
  if (bytes <= SMALL_WRITES.bytes) return SMALL_WRITES;
  return bytes <= LARGE_WRITES.bytes ? LARGE_WRITES : null;
}

function writeBuffer(bytes: number): Uint8Array<ArrayBuffer> {
  return writesOf(bytes)?.take() ?? new Uint8Array(bytes);
}
