import { formatHostAddress, type HostAddress } from "../address.ts";
import { DenoStream } from "./deno_stream.ts";
import { openDenoTls } from "./deno_tls.ts";
import type { EventTurns } from "./event_turns.ts";
import { connectError } from "./network_error.ts";
import { needsNodeTls, openNodeTls } from "./node_tls.ts";
import { NodeTlsStream } from "./node_tls_stream.ts";
import { openTcp } from "./tcp.ts";
import type { DialOptions, Stream, TlsOptions } from "./transport.ts";
import { withDeadline } from "./with_deadline.ts";

/**
 * Opens a stream; a unix socket is always plain. Throws `MongoNetworkError`, which names the server, or
 * `MongoNetworkTimeoutError`.
 */
export function dial(
  address: HostAddress,
  options: DialOptions = {},
  turns: EventTurns | null = null,
): Promise<Stream> {
  return withDeadline(address, options, async (attempt) => {
    try {
      return await open(address, options.tls, attempt, turns);
    } catch (error) {
      throw connectError(address, error);
    }
  });
}

async function open(
  address: HostAddress,
  tls: TlsOptions | undefined,
  attempt: AbortSignal,
  turns: EventTurns | null,
): Promise<Stream> {
  const name = formatHostAddress(address);
  const isPlain = tls === undefined || address.kind === "unix";
  if (!isPlain && needsNodeTls(tls)) return new NodeTlsStream(await openNodeTls(address, tls, attempt), name);
  const conn = isPlain ? await openPlain(address, attempt) : await openDenoTls(address, tls, attempt);
  return new DenoStream(conn, name, true, turns);
}

async function openPlain(address: HostAddress, attempt: AbortSignal): Promise<Deno.Conn> {
  if (address.kind === "tcp") return await openTcp(address, attempt);
  return await Deno.connect({ transport: "unix", path: address.path });
}
