/**
 * What kind of gateway the tests of this process run: on the I/O backend that `TORANA_TEST_IO` names (`deno` by default,
 * `epoll`, or `auto` as the program chooses), gateways in a process of their own with `TORANA_TEST_WORKERS` threads
 * (1 by default).
 *
 * @module
 */
import { epollUnavailable } from "../../driver/transport/open_transport.ts";
import type { Transport } from "../../driver/transport/transport.ts";

/** The values of the program's flags `--io` and `--workers`. */
export function gatewayKind(): { readonly io: string; readonly workers: string } {
  return { io: named(), workers: Deno.env.get("TORANA_TEST_WORKERS") || "1" };
}

/** The flags that make the program such a gateway. */
export function gatewayFlags(): string[] {
  const { io, workers } = gatewayKind();
  return [`--io=${io}`, `--workers=${workers}`];
}

/** The backend of gateways that run in the tests' own process. */
export function gatewayBackend(): Transport["name"] {
  const io = named();
  return io === "auto" ? epollUnavailable() === null ? "epoll" : "deno" : io;
}

function named(): Transport["name"] | "auto" {
  const io = Deno.env.get("TORANA_TEST_IO") || "deno";
  if (io === "deno" || io === "epoll" || io === "auto") return io;
  throw new Error(`TORANA_TEST_IO is ${JSON.stringify(io)}, expected deno, epoll or auto`);
}
