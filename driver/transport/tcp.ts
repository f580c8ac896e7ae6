/** Where to connect. */
export interface TcpAddress {
  readonly host: string;
  readonly port: number;
}

/** Opens a TCP connection that sends at once and notices a dead peer. Throws what the runtime throws. */
export async function openTcp({ host, port }: TcpAddress, attempt: AbortSignal): Promise<Deno.TcpConn> {
  const conn = await Deno.connect({ hostname: host, port, signal: attempt });
  conn.setNoDelay(true);
  conn.setKeepAlive(true);
  return conn;
}
