import { connect, type ConnectionOptions, type TLSSocket } from "node:tls";
import type { TcpAddress } from "./tcp.ts";
import type { TlsOptions } from "./transport.ts";

/**
 * Whether a TLS connection needs `node:tls`: `Deno.connectTls` verifies every certificate, and `Deno.startTls`, which
 * alone can ask for another server name, shows no client certificate. Everything else goes by the runtime's own means:
 * `node:tls` is a layer of emulation above them, and has been the less reliable on some hosts.
 */
export function needsNodeTls(tls: TlsOptions): boolean {
  return tls.allowInvalidCertificates === true || (tls.serverName !== undefined && tls.cert !== undefined);
}

/**
 * Opens a TLS connection by `node:tls`, the handshake included. Rejects with what the socket fails with; when `attempt`
 * is aborted, the socket is destroyed.
 */
export function openNodeTls(address: TcpAddress, tls: TlsOptions, attempt: AbortSignal): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    attempt.throwIfAborted();
    const socket = connect(connectionOptions(address, tls));
    const giveUp = () => socket.destroy();
    const fail = (error: Error) => {
      settle();
      socket.destroy();
      reject(error);
    };
    const failClosed = () => fail(new Error("The server closed the connection during the TLS handshake"));
    const settle = () => {
      attempt.removeEventListener("abort", giveUp);
      socket.off("close", failClosed);
      socket.off("error", fail);
    };
    attempt.addEventListener("abort", giveUp);
    socket.once("error", fail);
    socket.once("close", failClosed);
    socket.once("secureConnect", () => {
      settle();
      socket.setNoDelay(true);
      socket.setKeepAlive(true);
      resolve(socket);
    });
  });
}

function connectionOptions({ host, port }: TcpAddress, tls: TlsOptions): ConnectionOptions {
  return {
    host,
    port,
    rejectUnauthorized: !tls.allowInvalidCertificates,
    ...(tls.serverName === undefined ? {} : { servername: tls.serverName }),
    ...(tls.caCerts === undefined ? {} : { ca: [...tls.caCerts] }),
    ...(tls.cert === undefined ? {} : { cert: tls.cert }),
    ...(tls.key === undefined ? {} : { key: tls.key }),
    ...(tls.allowInvalidHostnames ? { checkServerIdentity: () => undefined } : {}),
  };
}
