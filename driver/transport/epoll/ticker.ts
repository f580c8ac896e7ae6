import { systemError } from "./errno.ts";
import type { Libc } from "./libc.ts";
import type { Watcher } from "./poller.ts";

const CLOCK_MONOTONIC = 1;
const TFD_CLOEXEC_NONBLOCK = 0o2004000;

/**
 * Makes a `struct itimerspec` of 64-bit machines (`linux/time.h`): seconds and nanoseconds of the interval, then of the
 * first time, 64 bits each. 0 turns the timer off.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { timerSetting } from "./ticker.ts";
 *
 * assertEquals([...new BigInt64Array(timerSetting(1).buffer)], [0n, 1_000_000n, 0n, 1_000_000n]);
 * ```
 */
export function timerSetting(ms: number): Uint8Array<ArrayBuffer> {
  const [seconds, nanoseconds] = [BigInt(Math.trunc(ms / 1000)), BigInt(Math.round(ms % 1000 * 1_000_000))];
  return new Uint8Array(new BigInt64Array([seconds, nanoseconds, seconds, nanoseconds]).buffer);
}

/**
 * Ends a wait now and then while it is on. A wait without a timeout beside a timer that goes on costs the kernel less
 * than one with a timeout, which sets a timer each time.
 */
export class Ticker implements Watcher {
  readonly fd: number;
  readonly #libc: Libc;
  readonly #on: Uint8Array<ArrayBuffer>;
  readonly #expirations = new Uint8Array(BigUint64Array.BYTES_PER_ELEMENT);
  #isOn = false;
  #ticks = 0;

  /** Opens its descriptor, which somebody else has to watch. Throws what the system says. */
  constructor(libc: Libc, periodMS: number) {
    this.#libc = libc;
    this.#on = timerSetting(periodMS);
    this.fd = libc.symbols.timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC_NONBLOCK);
    if (this.fd < 0) throw systemError(libc, libc.errno);
  }

  get isOn(): boolean {
    return this.#isOn;
  }

  /** Turns it on or off; off, it also takes back an end of a wait that is due. */
  turn(isOn: boolean): void {
    if (this.#isOn === isOn) return;
    this.#isOn = isOn;
    this.#libc.symbols.timerfd_settime(this.fd, 0, isOn ? this.#on : OFF, null);
  }

  /** The timer goes on once it is read. */
  onReady(): void {
    this.#libc.symbols.read(this.fd, this.#expirations, BigInt(this.#expirations.length));
    this.#ticks++;
  }

  /** How many events were its own since the last call. */
  takeTicks(): number {
    const ticks = this.#ticks;
    this.#ticks = 0;
    return ticks;
  }

  close(): void {
    this.#libc.symbols.close(this.fd);
  }
}

const OFF = timerSetting(0);
