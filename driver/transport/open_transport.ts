import { Coalescer } from "./coalescer.ts";
import { DenoTransport } from "./deno_transport.ts";
import { EpollTransport } from "./epoll/epoll_transport.ts";
import type { Transport } from "./transport.ts";

export { epollUnavailable } from "./epoll/epoll_transport.ts";

/** How a thread's transport works. */
export interface OpenTransportOptions {
  /** Longest pause in which events may gather, in milliseconds; 0 for none. */
  readonly coalescingWindowMS: number;
}

/** Makes the I/O backend of a thread. */
export function openTransport(name: Transport["name"], { coalescingWindowMS }: OpenTransportOptions): Transport {
  const coalescer = new Coalescer(coalescingWindowMS);
  return name === "epoll" ? new EpollTransport(coalescer) : new DenoTransport(coalescer);
}
