const FIELD = new TextEncoder().encode("\x10maxWireVersion\0");
/** The answer to `isMaster` is well below this, whatever else the server is asked. */
const MAX_HELLO_BYTES = 8192;

/** A server with the face of an old one: what a gateway that advertises that wire version is compared with. */
export interface OldFace extends AsyncDisposable {
  /** Leads to the server, and to no other member of its replica set. */
  readonly uri: string;
}

/**
 * Stands in front of a server and passes everything through, except that the server says `maxWireVersion`; 0 is that of
 * MongoDB 2.4. It shares no code with what is tested.
 */
export function startOldFace(server: { host: string; port: number }, maxWireVersion: number): OldFace {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const relays = new Set<Promise<void>>();
  const accept = async () => {
    for await (const client of listener) {
      const done = relay(client, server, maxWireVersion).finally(() => relays.delete(done));
      relays.add(done);
    }
  };
  const accepting = accept();
  return {
    uri: `mongodb://127.0.0.1:${listener.addr.port}/?directConnection=true`,
    [Symbol.asyncDispose]: async () => {
      listener.close();
      await accepting;
      await Promise.all(relays);
    },
  };
}

/** Ends when the client has left and its server connection is closed. */
async function relay(
  client: Deno.TcpConn,
  { host, port }: { host: string; port: number },
  maxWireVersion: number,
): Promise<void> {
  const server = await Deno.connect({ hostname: host, port });
  const disguise = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      if (chunk.length <= MAX_HELLO_BYTES) setMaxWireVersion(chunk, maxWireVersion);
      controller.enqueue(chunk);
    },
  });
  await Promise.allSettled([
    client.readable.pipeTo(server.writable),
    server.readable.pipeThrough(disguise).pipeTo(client.writable),
  ]);
}

/** A reply as short as that comes in one piece. */
function setMaxWireVersion(reply: Uint8Array, version: number): void {
  const at = find(reply, FIELD);
  if (at >= 0) new DataView(reply.buffer, reply.byteOffset).setInt32(at + FIELD.length, version, true);
}

function find(bytes: Uint8Array, wanted: Uint8Array): number {
  for (let at = bytes.indexOf(wanted[0]!); at >= 0; at = bytes.indexOf(wanted[0]!, at + 1)) {
    if (wanted.every((byte, index) => bytes[at + index] === byte)) return at;
  }
  return -1;
}
