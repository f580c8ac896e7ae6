import { Epoll, EpollEvents } from "./epoll_event.ts";
import { systemError } from "./errno.ts";
import type { Libc } from "./libc.ts";
import { surface } from "./surface.ts";

/** Who is told what a descriptor is ready for. */
export interface Watcher {
  /** `events` are bits of {@linkcode Epoll}: hints only, what holds is what the system call says that follows. */
  onReady(events: number): void;
}

const EPOLL_CLOEXEC = 0o2000000;
const EFD_CLOEXEC_NONBLOCK = 0o2004000;
const EPOLL_CTL_ADD = 1;
const EPOLL_CTL_DEL = 2;
const EPOLL_CTL_MOD = 3;
/** So many events a turn: a turn of small messages takes a few milliseconds at most. */
const EVENTS_A_TURN = 256;

/** What an eventfd is told: the number 1 in 64 bits. */
const ONE_64 = new Uint8Array(new BigUint64Array([1n]).buffer);

/** The set of descriptors that are watched, and the eventfd that ends a wait from outside. */
export class Poller {
  readonly epollFd: number;
  readonly #wakeFd: number;
  readonly #libc: Libc;
  /** By descriptor; the system gives small numbers. */
  readonly #watchers: (Watcher | undefined)[] = [];
  readonly #events = new EpollEvents(EVENTS_A_TURN);
  readonly #eventArgument = new EpollEvents(1);
  /** Where a wait in another thread puts what is not looked at. */
  readonly #parkedEvents = new EpollEvents(1);

  /** Throws what the system says, most often that there are too many open files. */
  constructor(libc: Libc) {
    const { epoll_create1, eventfd, close } = libc.symbols;
    this.#libc = libc;
    this.epollFd = epoll_create1(EPOLL_CLOEXEC);
    if (this.epollFd < 0) throw systemError(libc, libc.errno);
    this.#wakeFd = eventfd(0, EFD_CLOEXEC_NONBLOCK);
    if (this.#wakeFd < 0) {
      const error = systemError(libc, libc.errno);
      close(this.epollFd);
      throw error;
    }
    // Edge-triggered: every write wakes once, and nobody has to read the counter.
    this.#control(EPOLL_CTL_ADD, this.#wakeFd, Epoll.IN | Epoll.ET);
  }

  /** Tells `watcher` of `events` on a descriptor that is not watched yet. */
  watch(fd: number, events: number, watcher: Watcher): void {
    this.#watchers[fd] = watcher;
    this.#control(EPOLL_CTL_ADD, fd, events);
  }

  /** Watches for other events. */
  rewatch(fd: number, events: number): void {
    this.#control(EPOLL_CTL_MOD, fd, events);
  }

  /** Watches a descriptor no longer; events of this turn that were not told yet are dropped. */
  unwatch(fd: number): void {
    this.forget(fd);
    this.#control(EPOLL_CTL_DEL, fd, 0);
  }

  /** The same for a descriptor that is about to be closed, which is all that the system needs. */
  forget(fd: number): void {
    this.#watchers[fd] = undefined;
  }

  /** Tells the events that are there; with `isBlocking` it waits until there are any. Gives their number. */
  poll(isBlocking: boolean): number {
    const timeoutMS = isBlocking ? -1 : 0;
    const count = this.#libc.symbols.epoll_wait(this.epollFd, this.#events.bytes, EVENTS_A_TURN, timeoutMS);
    for (let index = 0; index < count; index++) {
      try {
        this.#watchers[this.#events.fd(index)]?.onReady(this.#events.events(index));
      } catch (error) {
        surface(error);
      }
    }
    return Math.max(count, 0);
  }

  /** Resolves once there are events, which stay to be polled, or after {@linkcode Poller.wake}. */
  async park(): Promise<void> {
    await this.#libc.symbols.epoll_wait_apart(this.epollFd, this.#parkedEvents.bytes, 1, -1);
  }

  /** Ends a wait. */
  wake(): void {
    this.#libc.symbols.write(this.#wakeFd, ONE_64, 8n);
  }

  /** Closes its own descriptors. Nobody may wait. */
  close(): void {
    this.#libc.symbols.close(this.epollFd);
    this.#libc.symbols.close(this.#wakeFd);
  }

  #control(operation: number, fd: number, events: number): void {
    this.#eventArgument.set(0, events, fd);
    if (this.#libc.symbols.epoll_ctl(this.epollFd, operation, fd, this.#eventArgument.bytes) === 0) return;
    throw systemError(this.#libc, this.#libc.errno);
  }
}
