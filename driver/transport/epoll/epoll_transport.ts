/**
 * The I/O backend on `epoll`: plain TCP and unix sockets of Linux, called through the FFI.
 *
 * @module
 */
import type { HostAddress } from "../../address.ts";
import type { Coalescer } from "../coalescer.ts";
import type { DialOptions, Listener, ListenOptions, Load, Stream, Transport } from "../transport.ts";
import { epollDial } from "./epoll_dial.ts";
import { epollListen } from "./epoll_listen.ts";
import { EpollLoop } from "./epoll_loop.ts";
import { libcFault, shutDown, signalEventfd } from "./libc.ts";

/** The {@linkcode Transport} on `epoll`. Its owner is asked first whether it can be used: {@linkcode epollUnavailable}. */
export class EpollTransport implements Transport {
  readonly name = "epoll";
  readonly load: Load;
  readonly #coalescer: Coalescer;
  #loop: EpollLoop | null = null;

  /** Opens nothing yet; `coalescer` lets events gather between turns. */
  constructor(coalescer: Coalescer) {
    this.load = coalescer;
    this.#coalescer = coalescer;
  }

  /**
   * The eventfd that wakes it; -1 while it has nothing open, which is so a moment after the last stream and listener were
   * closed: another thread may have to end its wait.
   */
  get wakeFd(): number {
    return this.#loop === null || this.#loop.isClosed ? -1 : this.#loop.wakeFd;
  }

  /** The descriptor of the set of its sockets; -1 while it has nothing open. */
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
    if (this.#loop === null || this.#loop.isClosed) this.#loop = new EpollLoop(this.#coalescer);
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

/** Wakes the transport of another thread of this process that has this {@linkcode EpollTransport.wakeFd}. */
export function wakeEpoll(wakeFd: number): void {
  signalEventfd(wakeFd);
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
