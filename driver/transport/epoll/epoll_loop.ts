import { clearImmediate, clearTimeout, setImmediate, setTimeout } from "node:timers";
import type { Bell } from "../bell.ts";
import type { Coalescer } from "../coalescer.ts";
import { Epoll } from "./epoll_event.ts";
import { Libc } from "./libc.ts";
import { Outbox, type Sender } from "./outbox.ts";
import { Poller, type Watcher } from "./poller.ts";
import { Ticker } from "./ticker.ts";

/** A turn with nothing to do waits so long; timers and messages of the thread are late by as much at most. */
const LONGEST_WAIT_MS = 1;
/** After so many of them it parks. */
const IDLE_TURNS_BEFORE_PARKING = 10;
/**
 * A thread that is never idle looks for what other threads sent it once in 31 turns (Tokio, `global_queue_interval`).
 * Turns that do nothing cost less than a microsecond each.
 */
const TURNS_FOR_MESSAGES = 32;
const READ_BUFFER_BYTES = 65_536;

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
  #users = 0;
  #referencedUsers = 0;
  #state: LoopState = TURNING;
  #lastEvents = 0;
  #idleTurns = 0;
  /** Turns to pass over, so that messages of other threads arrive. */
  #turnsForMessages = 0;

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
    if (this.#bell?.answer()) this.#turnsForMessages = TURNS_FOR_MESSAGES;
    if (this.#turnsForMessages > 0) {
      this.#turnsForMessages--;
      this.#state = { kind: "due", immediate: setImmediate(this.#turn) };
      return;
    }
    this.#state = TURNING;
    if (this.#users > 0) {
      this.#coalescer.endTurn(this.#lastEvents);
      this.#lastEvents = this.#poller.poll(this.#ticker.isOn) - this.#ticker.takeTicks();
      this.outbox.flush();
      for (const fd of this.#closing) this.libc.symbols.close(fd);
      this.#closing.length = 0;
      this.#idleTurns = this.#lastEvents > 0 ? 0 : this.#idleTurns + 1;
    }
    if (this.#users > 0) this.#schedule();
    else this.#close();
  };

  #schedule(): void {
    const isBusy = this.#idleTurns < IDLE_TURNS_BEFORE_PARKING;
    this.#ticker.turn(isBusy && this.#referencedUsers > 0);
    if (this.#referencedUsers === 0) {
      const timer = setTimeout(this.#turn, Math.min(this.#idleTurns, IDLE_TURNS_BEFORE_PARKING));
      timer.unref();
      this.#state = { kind: "resting", timer };
    } else if (isBusy) {
      this.#state = { kind: "due", immediate: setImmediate(this.#turn) };
    } else {
      this.#state = PARKED;
      this.#poller.park().then(this.#unpark);
    }
  }

  readonly #unpark = (): void => {
    this.#idleTurns = 0;
    this.#turn();
  };

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
