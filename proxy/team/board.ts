import { Bell } from "../../driver/transport/bell.ts";

/** Counters for pins: the more there are, the seldomer two pins share one. */
const PIN_COUNTERS = 65_536;
const HEADER_INTS = 3;

/**
 * What a worker lets the other threads see without asking: memory that it alone writes and all others read, save for the
 * bell. A worker that takes the place of another has a board of its own, so that nothing of the former counts any longer.
 */
export class Board {
  /** To be handed to other threads, which make boards of it again. */
  readonly buffer: SharedArrayBuffer;
  /** To be rung after a message was posted to the worker. */
  readonly bell: Bell;
  readonly #ints: Int32Array;
  readonly #gateways: number;

  constructor(buffer: SharedArrayBuffer) {
    this.buffer = buffer;
    this.#ints = new Int32Array(buffer);
    this.bell = new Bell(this.#ints, 2);
    this.#gateways = (this.#ints.length - HEADER_INTS) / (1 + PIN_COUNTERS);
  }

  /** Makes a board on which everything is 0, for a worker of so many gateways. */
  static create(gateways: number): Board {
    return new Board(new SharedArrayBuffer(4 * (HEADER_INTS + gateways * (1 + PIN_COUNTERS))));
  }

  /** How often the worker's event loop has said that it turns; wraps around. */
  get beats(): number {
    return Atomics.load(this.#ints, 0);
  }

  beat(): void {
    Atomics.add(this.#ints, 0, 1);
  }

  /** What the sockets of the worker are cut by if it hangs; 0 for nothing. */
  get epollFd(): number {
    return Atomics.load(this.#ints, 1);
  }

  set epollFd(fd: number) {
    Atomics.store(this.#ints, 1, fd);
  }

  /** The client connections of a gateway of the worker. */
  clients(gateway: number): number {
    return Atomics.load(this.#ints, HEADER_INTS + gateway);
  }

  addClients(gateway: number, change: 1 | -1): void {
    Atomics.add(this.#ints, HEADER_INTS + gateway, change);
  }

  /** Whether a gateway of the worker may have a pin of this key; if not, it has none. */
  mayHave(gateway: number, key: number): boolean {
    return Atomics.load(this.#ints, this.#pinCounter(gateway, key)) > 0;
  }

  addPins(gateway: number, key: number, change: 1 | -1): void {
    Atomics.add(this.#ints, this.#pinCounter(gateway, key), change);
  }

  #pinCounter(gateway: number, key: number): number {
    return HEADER_INTS + this.#gateways + gateway * PIN_COUNTERS + key % PIN_COUNTERS;
  }
}
