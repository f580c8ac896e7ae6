import { closeConn } from "./close_conn.ts";
import { openTcp, type TcpAddress } from "./tcp.ts";
import type { TlsOptions } from "./transport.ts";

/**
 * Opens a TLS connection by the runtime's own means, the handshake included. Throws what the runtime throws; when
 * `attempt` is aborted, the connection is closed; the runtime keeps the socket of an unfinished handshake until the
 * server says something or hangs up.
 */
export async function openDenoTls(address: TcpAddress, tls: TlsOptions, attempt: AbortSignal): Promise<Deno.TlsConn> {
  const conn = await (hasIdentity(tls) ? connectTls(address, tls) : startTls(address, tls, attempt));
  const giveUp = () => closeConn(conn);
  attempt.addEventListener("abort", giveUp);
  try {
    attempt.throwIfAborted();
    await conn.handshake();
    return conn;
  } catch (error) {
    closeConn(conn);
    throw error;
  } finally {
    attempt.removeEventListener("abort", giveUp);
  }
}

function hasIdentity(tls: TlsOptions): tls is TlsOptions & { cert: string; key: string } {
  return tls.cert !== undefined && tls.key !== undefined;
}

/** The one way to show a client certificate; it cannot ask for another server name. */
function connectTls({ host, port }: TcpAddress, tls: TlsOptions & { cert: string; key: string }) {
  return Deno.connectTls({ hostname: host, port, cert: tls.cert, key: tls.key, ...verification(tls) });
}

/** Preferred, since `connectTls` leaves Nagle's algorithm on, and no `TlsConn` can turn it off. */
async function startTls(address: TcpAddress, tls: TlsOptions, attempt: AbortSignal): Promise<Deno.TlsConn> {
  const conn = await openTcp(address, attempt);
  return await Deno.startTls(conn, { hostname: tls.serverName ?? address.host, ...verification(tls) });
}

function verification(tls: TlsOptions) {
  return {
    ...(tls.caCerts === undefined ? {} : { caCerts: [...tls.caCerts] }),
    unsafelyDisableHostnameVerification: tls.allowInvalidHostnames ?? false,
  };
}
