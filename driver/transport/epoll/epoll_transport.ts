/**
 * The I/O backend on `epoll`: plain TCP and unix sockets of Linux on x86-64 and arm64, through the FFI. It does what the
 * backend on `Deno.connect` and `Deno.listen` does, with less between the kernel and a {@linkcode Stream}: no promise, no
 * task and no buffer for each read and write. This folder is the only place of the FFI.
 *
 * **A turn.** `epoll_loop.ts` runs in the thread that opens the transport and takes turns with its event loop, by
 * `setImmediate`. A turn lets events gather if the {@linkcode Coalescer} says so, asks `epoll_wait` for what is ready,
 * tells the watcher of each descriptor (`poller.ts`), and sends what was written meanwhile (`outbox.ts`). Before the next
 * one the event loop has its turn: promises, immediates, timers.
 *
 * **Waiting.** A turn waits in `epoll_wait` itself, and the thread with it. A timer that is watched with the sockets
 * (`ticker.ts`) ends that wait after a millisecond. After four of them the loop parks: `epoll_wait` is called in a thread
 * of the runtime's pool, and its promise begins the turns again. That costs some 40 µs, but while there is nothing to do
 * nothing is burnt, and while there is, the runtime comes to look for what else is due, which it hardly does in a thread
 * that is never idle; so timers, signals and the runtime's own sockets are late by about four milliseconds at most. A
 * thread that has a {@linkcode Bell} parks as soon as it rings. What a wait in another thread finds is not looked at:
 * epoll is used level-triggered, so the next turn finds it again, and nothing is known of a descriptor that was closed in
 * between. An eventfd ends such a wait when the last user is gone.
 *
 * **Reading.** All streams of a loop are read into one buffer, which is valid until the next read: an idle stream has
 * none. Each stream is read once a turn; what is left makes epoll tell of it again. A pause costs nothing until something
 * comes: then the stream is watched for failures alone, and the bytes stay in the kernel.
 *
 * **Writing.** What is written in a turn is copied into an arena (`write_arena.ts`), and each stream's part goes out in
 * one `send` at the end of the turn, or at the end of the promise job that wrote. Large writes go out at once, uncopied.
 * What the kernel does not take is queued (`write_queue.ts`), and the socket is watched for room until it is gone.
 *
 * **Closing.** A stream tells of its close at once, but within a turn its descriptor is closed at the end of the turn: a
 * new one of the same number cannot get the events of the old one.
 *
 * **What is open.** The first dial or listener opens the loop: libc, an epoll descriptor, an eventfd and the timer. The
 * last one that is closed closes it again. A stream with `unref()` does not keep the process alive; where there are only
 * such, the loop looks by timers that do not keep it alive either, since a wait in another thread would.
 *
 * **Structs** are laid out in `epoll_event.ts`, `sockaddr.ts`, `address_info.ts` and `ticker.ts`, each with its source;
 * `libc.ts` declares the calls, `errno.ts` what they fail with.
 *
 * @module
 */
import type { HostAddress } from "../../address.ts";
import type { Bell } from "../bell.ts";
import type { Coalescer } from "../coalescer.ts";
import type { DialOptions, Listener, ListenOptions, Load, Stream, Transport } from "../transport.ts";
import { epollDial } from "./epoll_dial.ts";
import { epollListen } from "./epoll_listen.ts";
import { EpollLoop } from "./epoll_loop.ts";
import { libcFault, shutDown } from "./libc.ts";

/** The {@linkcode Transport} on `epoll`. Its owner is asked first whether it can be used: {@linkcode epollUnavailable}. */
export class EpollTransport implements Transport {
  readonly name = "epoll";
  readonly load: Load;
  readonly #coalescer: Coalescer;
  readonly #bell: Bell | null;
  #loop: EpollLoop | null = null;

  /** Opens nothing yet; `coalescer` lets events gather between turns. */
  constructor(coalescer: Coalescer, bell: Bell | null = null) {
    this.load = coalescer;
    this.#coalescer = coalescer;
    this.#bell = bell;
  }

  /**
   * The descriptor of the set of its sockets; -1 while it has nothing open, which is so a moment after the last stream and
   * listener were closed: another thread may have to end its wait.
   */
  get epollFd(): number {
    return this.#loop === null || this.#loop.isClosed ? -1 : this.#loop.epollFd;
  }

  dial(address: HostAddress, options: DialOptions = {}): Promise<Stream> {
    return epollDial(() => this.#openLoop(), address, options);
  }

  listen(
    address: HostAddress,
    options: ListenOptions,
    onStream: (stream: Stream) => void,
    onError: (error: Error) => void,
  ): Listener {
    return epollListen(() => this.#openLoop(), address, options, onStream, onError);
  }

  #openLoop(): EpollLoop {
    if (this.#loop === null || this.#loop.isClosed) this.#loop = new EpollLoop(this.#coalescer, this.#bell);
    return this.#loop;
  }
}

/** Why the epoll backend cannot be used here; null if it can. Asks the user for nothing. */
export function epollUnavailable(): string | null {
  const { os, arch } = Deno.build;
  if (os !== "linux") return `it needs Linux, this is ${os}`;
  if (arch !== "x86_64" && arch !== "aarch64") return `it needs x86-64 or arm64, this is ${arch}`;
  if (Deno.permissions.querySync({ name: "ffi" }).state !== "granted") return "it needs the permission --allow-ffi";
  return libcFault();
}

/**
 * Ends every connection of a transport whose thread hangs, and its listening: `epollFd` is its
 * {@linkcode EpollTransport.epollFd}, which nobody may close meanwhile. The descriptors stay open, since the thread may
 * come back and use them, and their numbers must not be somebody else's then.
 */
export function cutEpoll(epollFd: number): void {
  // A line for each descriptor of the set: "tfd:       12 events: …" (proc(5), /proc/pid/fdinfo).
  const info = Deno.readTextFileSync(`/proc/self/fdinfo/${epollFd}`);
  shutDown([...info.matchAll(/^tfd:\s+(\d+)/gm)].map(([, fd]) => Number(fd)));
}
