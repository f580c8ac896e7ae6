import { EpollTransport } from "../../driver/transport/epoll/epoll_transport.ts";
import type { Transport } from "../../driver/transport/transport.ts";
import { until } from "./mongod/wait.ts";

/**
 * Lets the tests of a file end only when a transport that they share has nothing open: the epoll backend waits for
 * events in another thread, which notices a moment later that nobody is left. Called while the file loads.
 */
export function restAfterEach(transport: Transport): void {
  if (!(transport instanceof EpollTransport)) return;
  const isAtRest = () => Promise.resolve(transport.wakeFd === -1 ? true : null);
  Deno.test.afterEach(async () => void await until("the epoll backend has nothing open", isAtRest, 5_000));
}
