import { formatHostAddress, type HostAddress } from "../address.ts";
import { MongoNetworkError } from "../error.ts";
import { DenoStream } from "./deno_stream.ts";
import { openDenoTls } from "./deno_tls.ts";
import { networkError } from "./network_error.ts";
import { needsNodeTls, openNodeTls } from "./node_tls.ts";
import { NodeTlsStream } from "./node_tls_stream.ts";
import { openTcp } from "./tcp.ts";
import type { DialOptions, Stream, TlsOptions } from "./transport.ts";
import { withDeadline } from "./with_deadline.ts";

/**
 * Opens a stream; a unix socket is always plain. Throws `MongoNetworkError`, which names the server, or
 * `MongoNetworkTimeoutError`.
 */
export function dial(address: HostAddress, options: DialOptions = {}): Promise<Stream> {
  return withDeadline(address, options, async (attempt) => {
    try {
      return await open(address, options.tls, attempt);
    } catch (error) {
      const { message } = networkError(error);
      throw new MongoNetworkError(`Cannot connect to ${formatHostAddress(address)}: ${message}`, { cause: error });
    }
  });
}

async function open(address: HostAddress, tls: TlsOptions | undefined, attempt: AbortSignal): Promise<Stream> {
  const name = formatHostAddress(address);
  if (address.kind === "unix") {
    return new DenoStream(await Deno.connect({ transport: "unix", path: address.path }), name, true);
  }
  if (tls === undefined) return new DenoStream(await openTcp(address, attempt), name, true);
  if (needsNodeTls(tls)) return new NodeTlsStream(await openNodeTls(address, tls, attempt), name);
  return new DenoStream(await openDenoTls(address, tls, attempt), name, true);
}
