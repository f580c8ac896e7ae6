/** Bits of an event (Linux, `include/uapi/linux/eventpoll.h`). */
export const Epoll = {
  IN: 0x001,
  OUT: 0x004,
  ERR: 0x008,
  HUP: 0x010,
  /** After an event nothing is watched for until something is asked for anew. */
  ONESHOT: 0x4000_0000,
  /** An event once for each change, and not for as long as it is so. */
  ET: 0x8000_0000,
} as const;

/** Where things are in a `struct epoll_event`, counted in words of 32 bits. */
export interface EpollEventLayout {
  readonly words: number;
  /** The lower half of `data`, which holds the descriptor; `events` is the first word. */
  readonly dataWord: number;
}

/**
 * The struct on an architecture: `uint32_t events; uint64_t data`, packed on x86-64 only (`EPOLL_PACKED` in
 * `include/uapi/linux/eventpoll.h`), so 12 bytes there and 16 elsewhere.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { epollEventLayout } from "./epoll_event.ts";
 *
 * assertEquals(epollEventLayout("x86_64"), { words: 3, dataWord: 1 });
 * assertEquals(epollEventLayout("aarch64"), { words: 4, dataWord: 2 });
 * ```
 */
export function epollEventLayout(arch: typeof Deno.build.arch): EpollEventLayout {
  return arch === "x86_64" ? { words: 3, dataWord: 1 } : { words: 4, dataWord: 2 };
}

/** An array of `struct epoll_event`. Both architectures are little-endian. */
export class EpollEvents {
  /** What the system calls are given. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly #words: Uint32Array;
  readonly #wordsEach: number;
  readonly #dataWord: number;

  /** Room for `length` events. */
  constructor(readonly length: number, arch = Deno.build.arch) {
    const { words, dataWord } = epollEventLayout(arch);
    this.#words = new Uint32Array(length * words);
    this.bytes = new Uint8Array(this.#words.buffer as ArrayBuffer);
    this.#wordsEach = words;
    this.#dataWord = dataWord;
  }

  /** The bits of an event. */
  events(index: number): number {
    return this.#words[index * this.#wordsEach]!;
  }

  /** The descriptor of an event. */
  fd(index: number): number {
    return this.#words[index * this.#wordsEach + this.#dataWord]!;
  }

  /** Writes an event. */
  set(index: number, events: number, fd: number): void {
    this.#words[index * this.#wordsEach] = events;
    this.#words[index * this.#wordsEach + this.#dataWord] = fd;
  }
}
