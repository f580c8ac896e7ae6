import { Coalescer } from "./coalescer.ts";
import { DenoTransport } from "./deno_transport.ts";
import type { Transport } from "./transport.ts";

/** How a thread's transport works. */
export interface OpenTransportOptions {
  /** Longest pause in which events may gather, in milliseconds; 0 for none. */
  readonly coalescingWindowMS: number;
}

/** Makes the I/O backend of a thread. */
export function openTransport(name: Transport["name"], { coalescingWindowMS }: OpenTransportOptions): Transport {
  const coalescer = new Coalescer(coalescingWindowMS);
  if (name === "epoll") throw new Error("The epoll backend is not there yet");
  return new DenoTransport(coalescer);
}

/** Why the epoll backend cannot be used here; `null` if it can. */
export function epollUnavailable(): string | null {
  return "It is not there yet";
}
