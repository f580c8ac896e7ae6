import { EpollTransport } from "../../driver/transport/epoll/epoll_transport.ts";
import type { Transport } from "../../driver/transport/transport.ts";

const TIMEOUT_MS = 5_000;

/**
 * Lets the tests of a file end only when a transport that they share has nothing open: the epoll backend waits for
 * events in another thread, which notices a moment later that nobody is left. Called while the file loads.
 */
export function restAfterEach(transport: Transport): void {
  if (transport instanceof EpollTransport) Deno.test.afterEach(() => untilAtRest(transport));
}

async function untilAtRest(transport: EpollTransport): Promise<void> {
  const deadline = performance.now() + TIMEOUT_MS;
  while (transport.epollFd !== -1) {
    if (performance.now() > deadline) throw new Error(`The epoll backend has something open ${TIMEOUT_MS} ms later`);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}
