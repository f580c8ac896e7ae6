import { formatHostAddress, type HostAddress } from "../../address.ts";
import { ACCEPT_RETRY_MS } from "../accept_loop.ts";
import { networkError } from "../network_error.ts";
import type { Listener, Stream } from "../transport.ts";
import { Epoll } from "./epoll_event.ts";
import type { EpollLoop } from "./epoll_loop.ts";
import { EpollStream } from "./epoll_stream.ts";
import { Errno, systemError } from "./errno.ts";
import type { Watcher } from "./poller.ts";
import { readSocketAddress, SOCKADDR_BYTES } from "./sockaddr.ts";
import { SOCK_CLOEXEC_NONBLOCK } from "./socket.ts";

/** So many are accepted in a turn before those that are there get theirs. */
const ACCEPTS_A_TURN = 64;

/** What a lack of resources fails with; everything else is about one connection only, or nothing at all. */
const LACKS: readonly number[] = [Errno.EMFILE, Errno.ENFILE, Errno.ENOBUFS, Errno.ENOMEM];

/** A socket that listens, and how it is closed. */
export interface BoundSocket {
  readonly fd: number;
  /** Where it listens; the streams of a unix socket are named after it. */
  readonly address: HostAddress;
  close(): void;
}

/** Accepts connections until it is closed; a failure to accept is told, and does not end it. */
export class EpollListener implements Listener, Watcher {
  readonly #loop: EpollLoop;
  readonly #socket: BoundSocket;
  readonly #onStream: (stream: Stream) => void;
  readonly #onError: (error: Error) => void;
  readonly #peer = new Uint8Array(SOCKADDR_BYTES);
  readonly #peerLength = new Uint32Array(1);
  readonly #peerLengthBytes = new Uint8Array(this.#peerLength.buffer);
  #isOpen = true;
  #retryTimer: ReturnType<typeof setTimeout> | undefined;

  /** Takes over a listening socket. */
  constructor(
    loop: EpollLoop,
    socket: BoundSocket,
    onStream: (stream: Stream) => void,
    onError: (error: Error) => void,
  ) {
    this.#loop = loop;
    this.#socket = socket;
    this.#onStream = onStream;
    this.#onError = onError;
    loop.enter();
    loop.watch(socket.fd, Epoll.IN, this);
  }

  get address(): HostAddress {
    return this.#socket.address;
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    clearTimeout(this.#retryTimer);
    this.#socket.close();
    this.#loop.leave(true);
  }

  onReady(): void {
    const { libc } = this.#loop;
    for (let count = 0; this.#isOpen && count < ACCEPTS_A_TURN; count++) {
      this.#peerLength[0] = this.#peer.length;
      const fd = libc.symbols.accept4(this.#socket.fd, this.#peer, this.#peerLengthBytes, SOCK_CLOEXEC_NONBLOCK);
      if (fd >= 0) this.#onStream(new EpollStream(this.#loop, fd, this.#peerName()));
      else if (libc.errno === Errno.EAGAIN) return;
      else if (LACKS.includes(libc.errno)) return this.#rest(libc.errno);
    }
  }

  #rest(errno: number): void {
    this.#loop.unwatch(this.#socket.fd);
    this.#retryTimer = setTimeout(() => this.#loop.watch(this.#socket.fd, Epoll.IN, this), ACCEPT_RETRY_MS);
    this.#onError(networkError(systemError(this.#loop.libc, errno)));
  }

  #peerName(): string {
    const peer = readSocketAddress(this.#peer);
    return formatHostAddress(peer === null ? this.address : { kind: "tcp", ...peer });
  }
}
