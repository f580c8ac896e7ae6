import type { Bell } from "./bell.ts";
import { Coalescer } from "./coalescer.ts";
import { DenoTransport } from "./deno_transport.ts";
import { EpollTransport } from "./epoll/epoll_transport.ts";
import type { Transport } from "./transport.ts";

export { epollUnavailable } from "./epoll/epoll_transport.ts";

/** How a thread's transport works. */
export interface OpenTransportOptions {
  /** Longest pause in which events may gather, in milliseconds; 0 for none. */
  readonly coalescingWindowMS: number;
  /** Rung by other threads that post messages to this one; `null` if there are none. @default {null} */
  readonly bell?: Bell | null;
}

/** Makes the I/O backend of a thread. */
export function openTransport(name: Transport["name"], options: OpenTransportOptions): Transport {
  const { coalescingWindowMS, bell = null } = options;
  const coalescer = new Coalescer(coalescingWindowMS);
  return name === "epoll" ? new EpollTransport(coalescer, bell) : new DenoTransport(coalescer);
}
