import { lengthOf, nullReply } from "./messages.ts";

const BUFFER_BYTES = 16_384;

/** Answers every message at once and knows nothing, so that what stands in front of it shows its own cost. */
export async function serveNothing(hostname: string, port: number): Promise<void> {
  for await (const conn of Deno.listen({ hostname, port, tcpBacklog: 4096 })) {
    conn.setNoDelay(true);
    serveClient(conn).catch(() => {}).finally(() => conn.close());
  }
}

/** Until the client leaves. A message larger than the buffer ends the connection. */
async function serveClient(conn: Deno.TcpConn): Promise<void> {
  const buffer = new Uint8Array(BUFFER_BYTES);
  let filled = 0;
  for (let count = await conn.read(buffer); count !== null; count = await conn.read(buffer.subarray(filled))) {
    filled += count;
    let start = 0;
    while (filled - start >= 16 && lengthOf(buffer.subarray(start)) <= filled - start) {
      const request = buffer.subarray(start, start + lengthOf(buffer.subarray(start)));
      await conn.write(nullReply(request));
      start += request.length;
    }
    buffer.copyWithin(0, start, filled);
    filled -= start;
    if (filled === buffer.length) return;
  }
}
