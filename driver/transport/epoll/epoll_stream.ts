import type { Stream, StreamEvents } from "../transport.ts";
import { Epoll } from "./epoll_event.ts";
import type { EpollLoop } from "./epoll_loop.ts";
import { Errno } from "./errno.ts";
import type { Sender } from "./outbox.ts";
import type { Watcher } from "./poller.ts";
import { WriteQueue } from "./write_queue.ts";

/** Larger writes go out at once instead of being copied. */
const SMALL_WRITE_BYTES = 16_384;

/** Flags of `send` and `recv` (Linux, `include/linux/socket.h`). */
const MSG_PEEK = 0x2;
const MSG_NOSIGNAL = 0x4000;

type ReadState = "waiting" | "reading" | "paused" | "closed";

/** A {@linkcode Stream} on a connected non-blocking socket. Thousands may be idle, so it makes nothing before it needs it. */
export class EpollStream implements Stream, Watcher, Sender {
  readonly remoteAddress: string;
  readonly #loop: EpollLoop;
  readonly #fd: number;
  #events: StreamEvents | null = null;
  #state: ReadState = "waiting";
  /** What epoll watches the socket for; 0 before it does. A pause changes it only when something comes. */
  #watched = 0;
  /** The range of the arena that goes out at the end of the turn. */
  #start = 0;
  #length = 0;
  /** What the system did not take; it goes first. */
  #queue: WriteQueue | null = null;
  #isFlushDue = false;
  #endAfterWrites = false;
  /** Why the last send failed; the stream ends with it when nobody is in the middle of something. */
  #sendErrno = 0;
  #isReferenced = true;

  /** Takes over a socket. */
  constructor(loop: EpollLoop, fd: number, remoteAddress: string) {
    this.#loop = loop;
    this.#fd = fd;
    this.remoteAddress = remoteAddress;
    loop.enter();
  }

  get queuedBytes(): number {
    return this.#length + (this.#queue?.length ?? 0);
  }

  start(events: StreamEvents): void {
    if (this.#state === "closed") return events.onClose(null);
    this.#events = events;
    this.#state = "reading";
    this.#watch();
  }

  write(bytes: Uint8Array): void {
    if (this.#state === "closed" || this.#endAfterWrites || this.#sendErrno !== 0) return;
    this.#flushLater();
    if (this.#queue !== null) return this.#queue.push(bytes);
    if (this.#length + bytes.length <= SMALL_WRITE_BYTES) {
      const start = this.#loop.outbox.arena.append(this.#start, this.#length, bytes);
      if (start >= 0) {
        this.#start = start;
        this.#length += bytes.length;
        return;
      }
    }
    this.#sendGathered();
    this.#sendOrQueue(bytes);
  }

  pause(): void {
    if (this.#state === "reading") this.#state = "paused";
  }

  resume(): void {
    if (this.#state !== "paused") return;
    this.#state = "reading";
    this.#watch();
  }

  end(): void {
    if (this.#state === "closed") return;
    this.#endAfterWrites = true;
    if (this.queuedBytes === 0) this.close();
  }

  close(): void {
    this.#finish(null);
  }

  ref(): void {
    if (this.#state === "closed" || this.#isReferenced) return;
    this.#isReferenced = true;
    this.#loop.ref();
  }

  unref(): void {
    if (this.#state === "closed" || !this.#isReferenced) return;
    this.#isReferenced = false;
    this.#loop.unref();
  }

  onReady(events: number): void {
    if (this.#queue !== null && (events & (Epoll.OUT | Epoll.ERR | Epoll.HUP)) !== 0) this.#sendQueued(this.#queue);
    if ((events & (Epoll.IN | Epoll.ERR | Epoll.HUP)) === 0) return;
    if (this.#state === "reading") this.#read();
    else if (this.#state === "paused") this.#lookForEnd();
  }

  flush(): void {
    this.#isFlushDue = false;
    this.#sendGathered();
    if (this.#state === "closed") return;
    if (this.#sendErrno !== 0) return this.#fail(this.#sendErrno);
    if (this.#queue !== null) return;
    if (this.#endAfterWrites) return this.close();
    this.#events?.onDrain();
  }

  /** Once a turn: who sends much must not keep the others waiting. */
  #read(): void {
    const { readBuffer } = this.#loop;
    const count = this.#receive(readBuffer, 0);
    if (count > 0) this.#events!.onBytes(readBuffer.subarray(0, count));
  }

  /** While it is paused an end is told only if nothing came before it. What came stays in the system. */
  #lookForEnd(): void {
    if (this.#receive(this.#loop.readBuffer.subarray(0, 1), MSG_PEEK) > 0) this.#watch();
  }

  /** Gives the number of bytes received, or 0 if there are none; an end or a failure is told. */
  #receive(buffer: Uint8Array<ArrayBuffer>, flags: number): number {
    const { libc } = this.#loop;
    const count = Number(libc.symbols.recv(this.#fd, buffer, BigInt(buffer.length), flags));
    if (count > 0) return count;
    if (count === 0) {
      if (this.#sendErrno === 0) this.#finish(null);
      else this.#fail(this.#sendErrno);
    } else {
      const { errno } = libc;
      if (errno !== Errno.EAGAIN && errno !== Errno.EINTR) this.#fail(errno);
    }
    return 0;
  }

  #sendGathered(): void {
    if (this.#length === 0) return;
    const bytes = this.#loop.outbox.arena.range(this.#start, this.#length);
    this.#length = 0;
    this.#sendOrQueue(bytes);
  }

  #sendOrQueue(bytes: Uint8Array): void {
    const sent = this.#queue === null ? this.#send(bytes) : 0;
    if (sent === bytes.length || this.#sendErrno !== 0) return;
    this.#queue ??= new WriteQueue();
    this.#queue.push(sent === 0 ? bytes : bytes.subarray(sent));
    this.#watch();
  }

  #sendQueued(queue: WriteQueue): void {
    for (let head = queue.head(); head.length > 0; head = queue.head()) {
      const sent = this.#send(head);
      queue.advance(sent);
      if (sent < head.length) break;
    }
    if (queue.length > 0 && this.#sendErrno === 0) return;
    this.#queue = null;
    this.#watch();
    this.#flushLater();
  }

  /** Gives the number of bytes that the system took, 0 if the send failed. */
  #send(bytes: Uint8Array): number {
    const { libc } = this.#loop;
    const sent = Number(
      libc.symbols.send(this.#fd, bytes as Uint8Array<ArrayBuffer>, BigInt(bytes.length), MSG_NOSIGNAL),
    );
    if (sent >= 0) return sent;
    const { errno } = libc;
    if (errno === Errno.EINTR) return this.#send(bytes);
    if (errno !== Errno.EAGAIN) this.#sendErrno = errno;
    return 0;
  }

  #flushLater(): void {
    if (this.#isFlushDue) return;
    this.#isFlushDue = true;
    this.#loop.flushLater(this);
  }

  /** Has the socket watched for what is wanted now, which may be nothing but one failure. */
  #watch(): void {
    const wanted = (this.#state === "reading" ? Epoll.IN : 0) | (this.#queue === null ? 0 : Epoll.OUT) || Epoll.ONESHOT;
    if (wanted === this.#watched) return;
    if (this.#watched === 0) this.#loop.watch(this.#fd, wanted, this);
    else this.#loop.rewatch(this.#fd, wanted);
    this.#watched = wanted;
  }

  #fail(errno: number): void {
    this.#finish(this.#loop.failureOf(errno));
  }

  #finish(error: Error | null): void {
    if (this.#state === "closed") return;
    this.#state = "closed";
    this.#length = 0;
    this.#queue = null;
    this.#loop.closeFd(this.#fd);
    this.#loop.leave(this.#isReferenced);
    this.#events?.onClose(error);
  }
}
