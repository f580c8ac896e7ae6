import { Coalescer } from "../../../driver/transport/coalescer.ts";
import { DEFAULT_COALESCING_WINDOW_MS } from "../../../driver/transport/coalescing_window.ts";
import { denoTransport } from "../../../driver/transport/deno_transport.ts";
import { EpollTransport, epollUnavailable } from "../../../driver/transport/epoll/epoll_transport.ts";
import type { Transport } from "../../../driver/transport/transport.ts";
import { restAfterEach } from "../../support/rest_after_each.ts";

/** Every I/O backend that works here; each has to behave the same. */
export const TRANSPORTS: readonly Transport[] = epollUnavailable() === null
  ? [denoTransport, new EpollTransport(new Coalescer(DEFAULT_COALESCING_WINDOW_MS))]
  : [denoTransport];
for (const transport of TRANSPORTS) restAfterEach(transport);

/** Registers a test for every I/O backend. */
export function eachTransport(
  symbol: string,
  does: string,
  run: (transport: Transport) => Promise<void> | void,
): void {
  for (const transport of TRANSPORTS) Deno.test(`${symbol} of ${transport.name} ${does}`, () => run(transport));
}
