import { clearImmediate, clearTimeout, setImmediate, setTimeout } from "node:timers";
import type { Bell } from "../bell.ts";
import type { Coalescer } from "../coalescer.ts";
import { Epoll } from "./epoll_event.ts";
import { networkError } from "../network_error.ts";
import { systemError } from "./errno.ts";
import { Libc } from "./libc.ts";
import { Outbox, type Sender } from "./outbox.ts";
import { Poller, type Watcher } from "./poller.ts";
import { Ticker } from "./ticker.ts";

/** A turn with nothing to do waits so long. */
const LONGEST_WAIT_MS = 1;
/**
 * After so many times as long it parks, whether there is something to do or not. In a thread that is never idle the
 * runtime looks for its own sockets and signals once in 61 turns, and for messages of other threads once in 31 (Tokio,
 * `event_interval` and `global_queue_interval`): they would be late by as many waits.
 */
const TICKS_BEFORE_PARKING = 4;
/** Where nothing may keep the process alive it looks so often, if it found nothing the last time. */
const REST_MS = 10;
const READ_BUFFER_BYTES = 65_536;

/** Linux, `include/uapi/linux/prctl.h`. */
const PR_SET_TIMERSLACK = 29;

type LoopState =
  | { readonly kind: "turning" }
  | { readonly kind: "due"; readonly immediate: ReturnType<typeof setImmediate> }
  /** Nothing in it may keep the process alive, so it looks by a timer that does not either. */
  | { readonly kind: "resting"; readonly timer: ReturnType<typeof setTimeout> }
  | { readonly kind: "parked" }
  | { readonly kind: "closed" };

const TURNING: LoopState = { kind: "turning" };
const PARKED: LoopState = { kind: "parked" };
const CLOSED: LoopState = { kind: "closed" };

/** Turns of polling, serving, and sending what was written, for as long as somebody uses it. */
export class EpollLoop {
  readonly libc = new Libc();
  /** What a descriptor's bytes are read into, and valid until the next is read. */
  readonly readBuffer = new Uint8Array(READ_BUFFER_BYTES);
  readonly outbox = new Outbox();
  readonly #poller: Poller;
  readonly #ticker: Ticker;
  /** Everything that it has to close. */
  readonly #opened: DisposableStack;
  readonly #coalescer: Coalescer;
  readonly #bell: Bell | null;
  readonly #closing: number[] = [];
  readonly #failures: Error[] = [];
  #users = 0;
  #referencedUsers = 0;
  #state: LoopState = TURNING;
  #lastEvents = 0;
  /** Since it parked. */
  #ticks = 0;

  /** Opens its descriptors, and begins. It closes them when the last user has left, so there must be one at once. */
  constructor(coalescer: Coalescer, bell: Bell | null = null) {
    this.#coalescer = coalescer;
    this.#bell = bell;
    using opened = new DisposableStack();
    opened.defer(() => this.libc.close());
    this.#poller = opened.adopt(new Poller(this.libc), (poller) => poller.close());
    this.#ticker = opened.adopt(new Ticker(this.libc, LONGEST_WAIT_MS), (ticker) => ticker.close());
    this.#poller.watch(this.#ticker.fd, Epoll.IN, this.#ticker);
    this.#opened = opened.move();
    // Pauses are short beside the 50 µs by which the kernel may let a thread sleep longer.
    this.libc.symbols.prctl(PR_SET_TIMERSLACK, 1n, 0n, 0n, 0n);
    this.#schedule();
  }

  /** Whether it ended, for good. */
  get isClosed(): boolean {
    return this.#state.kind === "closed";
  }

  /** The set of what it watches. */
  get epollFd(): number {
    return this.#poller.epollFd;
  }

  /**
   * What a stream ends with whose system call failed so. There is one for all: when a fleet resets its connections, making
   * errors would be the dearest part of it, and their stacks would show a turn of the loop and nothing else.
   */
  failureOf(errno: number): Error {
    return this.#failures[errno] ??= networkError(systemError(this.libc, errno));
  }

  /** Counts a user, who keeps the process alive. */
  enter(): void {
    this.#users++;
    this.ref();
  }

  /** Ends what {@linkcode EpollLoop.enter} began, for a user that keeps the process alive or does not. */
  leave(isReferenced: boolean): void {
    this.#users--;
    if (isReferenced) this.unref();
    if (this.#users > 0) return;
    if (this.#state.kind === "parked") this.#poller.wake();
    else if (this.#state.kind !== "turning") this.#close();
  }

  /** Counts a user who keeps the process alive. */
  ref(): void {
    this.#referencedUsers++;
    if (this.#state.kind !== "resting") return;
    this.#cancel();
    this.#schedule();
  }

  /** Uncounts one. */
  unref(): void {
    this.#referencedUsers--;
    if (this.#referencedUsers > 0) return;
    if (this.#state.kind === "parked") return this.#poller.wake();
    if (this.#state.kind !== "due") return;
    this.#cancel();
    this.#schedule();
  }

  watch(fd: number, events: number, watcher: Watcher): void {
    this.#poller.watch(fd, events, watcher);
  }

  rewatch(fd: number, events: number): void {
    this.#poller.rewatch(fd, events);
  }

  unwatch(fd: number): void {
    this.#poller.unwatch(fd);
  }

  /** Closes a descriptor; within a turn at its end, so that events under way cannot meet another of that number. */
  closeFd(fd: number): void {
    this.#poller.forget(fd);
    if (this.#state.kind === "turning") this.#closing.push(fd);
    else this.libc.symbols.close(fd);
  }

  /** Flushes `sender` at the end of the turn, or soon. */
  flushLater(sender: Sender): void {
    if (this.outbox.isEmpty && this.#state.kind !== "turning") queueMicrotask(this.#flush);
    this.outbox.add(sender);
  }

  readonly #flush = (): void => this.outbox.flush();

  readonly #turn = (): void => {
    this.#state = TURNING;
    if (this.#users > 0) {
      this.#coalescer.endTurn(this.#lastEvents);
      const events = this.#poller.poll(this.#ticker.isOn);
      const ticks = this.#ticker.takeTicks();
      this.#lastEvents = events - ticks;
      this.#ticks += ticks;
      this.outbox.flush();
      for (const fd of this.#closing) this.libc.symbols.close(fd);
      this.#closing.length = 0;
    }
    if (this.#users > 0) this.#schedule();
    else this.#close();
  };

  #schedule(): void {
    const isReferenced = this.#referencedUsers > 0;
    const isParking = this.#ticks >= TICKS_BEFORE_PARKING || this.#bell?.answer() === true;
    this.#ticker.turn(isReferenced && !isParking);
    if (!isReferenced) {
      const timer = setTimeout(this.#turn, this.#lastEvents > 0 ? 0 : REST_MS);
      timer.unref();
      this.#state = { kind: "resting", timer };
    } else if (isParking) {
      this.#ticks = 0;
      this.#state = PARKED;
      this.#poller.park().then(this.#turn);
    } else {
      this.#state = { kind: "due", immediate: setImmediate(this.#turn) };
    }
  }

  #cancel(): void {
    if (this.#state.kind === "due") clearImmediate(this.#state.immediate);
    if (this.#state.kind === "resting") clearTimeout(this.#state.timer);
  }

  #close(): void {
    this.#cancel();
    this.#state = CLOSED;
    this.#opened.dispose();
  }
}
