/** What is called in libc, declared as POSIX and Linux do for 64-bit machines; `BigInt(n)` for a size costs nothing. */
const SYMBOLS = {
  __errno_location: { parameters: [], result: "pointer" },
  accept4: { parameters: ["i32", "buffer", "buffer", "i32"], result: "i32" },
  bind: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  close: { parameters: ["i32"], result: "i32" },
  connect: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  epoll_create1: { parameters: ["i32"], result: "i32" },
  epoll_ctl: { parameters: ["i32", "i32", "i32", "buffer"], result: "i32" },
  epoll_wait: { parameters: ["i32", "buffer", "i32", "i32"], result: "i32" },
  /** The same in a thread of the runtime's pool, for waits without an end. */
  epoll_wait_apart: {
    name: "epoll_wait",
    parameters: ["i32", "buffer", "i32", "i32"],
    result: "i32",
    nonblocking: true,
  },
  eventfd: { parameters: ["u32", "i32"], result: "i32" },
  freeaddrinfo: { parameters: ["pointer"], result: "void" },
  gai_strerror: { parameters: ["i32"], result: "pointer" },
  getaddrinfo: { parameters: ["buffer", "buffer", "buffer", "buffer"], result: "i32" },
  /** The same in a thread of the runtime's pool, for names that a server far away is asked for. */
  getaddrinfo_apart: {
    name: "getaddrinfo",
    parameters: ["buffer", "buffer", "buffer", "buffer"],
    result: "i32",
    nonblocking: true,
  },
  getsockname: { parameters: ["i32", "buffer", "buffer"], result: "i32" },
  getsockopt: { parameters: ["i32", "i32", "i32", "buffer", "buffer"], result: "i32" },
  listen: { parameters: ["i32", "i32"], result: "i32" },
  prctl: { parameters: ["i32", "usize", "usize", "usize", "usize"], result: "i32" },
  read: { parameters: ["i32", "buffer", "usize"], result: "isize" },
  recv: { parameters: ["i32", "buffer", "usize", "i32"], result: "isize" },
  send: { parameters: ["i32", "buffer", "usize", "i32"], result: "isize" },
  setsockopt: { parameters: ["i32", "i32", "i32", "buffer", "u32"], result: "i32" },
  shutdown: { parameters: ["i32", "i32"], result: "i32" },
  socket: { parameters: ["i32", "i32", "i32"], result: "i32" },
  strerror: { parameters: ["i32"], result: "pointer" },
  timerfd_create: { parameters: ["i32", "i32"], result: "i32" },
  timerfd_settime: { parameters: ["i32", "i32", "buffer", "buffer"], result: "i32" },
  write: { parameters: ["i32", "buffer", "usize"], result: "isize" },
} as const satisfies Deno.ForeignLibraryInterface;

/** glibc's name first: where both are there, it is what the runtime itself was linked with. */
const NAMES = ["libc.so.6", `libc.musl-${Deno.build.arch}.so.1`];

/** The C library of this process, as one thread calls it. */
export class Libc {
  readonly symbols: Deno.DynamicLibrary<typeof SYMBOLS>["symbols"];
  readonly #library: Deno.DynamicLibrary<typeof SYMBOLS>;
  /** The thread's own `errno`, in place. */
  readonly #errno: Int32Array;

  /** Loads it. Throws what the runtime throws: `NotCapable` without the FFI permission, or that there is none. */
  constructor() {
    this.#library = loadAny(SYMBOLS);
    this.symbols = this.#library.symbols;
    const location = this.symbols.__errno_location()!;
    this.#errno = new Int32Array(Deno.UnsafePointerView.getArrayBuffer(location, Int32Array.BYTES_PER_ELEMENT));
  }

  /** Why the last call failed; only until the next call. */
  get errno(): number {
    return this.#errno[0]!;
  }

  /** Unloads it; nothing of it may be called any more. */
  close(): void {
    this.#library.close();
  }
}

const SHUT_RDWR = 2;

/** Ends the connections of sockets of this process, in whatever thread; the descriptors stay open. */
export function shutDown(fds: readonly number[]): void {
  const library = loadAny({ shutdown: SYMBOLS.shutdown });
  for (const fd of fds) library.symbols.shutdown(fd, SHUT_RDWR);
  library.close();
}

/** Says why libc cannot be loaded; null if it can. */
export function libcFault(): string | null {
  try {
    loadAny({ close: SYMBOLS.close }).close();
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function loadAny<Symbols extends Deno.ForeignLibraryInterface>(symbols: Symbols): Deno.DynamicLibrary<Symbols> {
  const faults: unknown[] = [];
  for (const name of NAMES) {
    try {
      return Deno.dlopen(name, symbols);
    } catch (error) {
      faults.push(error);
    }
  }
  throw faults[0];
}
