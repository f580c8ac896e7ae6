/**
 * What a round trip of 100 bytes over the loopback costs with each I/O backend, both ends in this thread:
 * `deno bench bench/stream_bench.ts`.
 */
import { epollUnavailable, openTransport } from "../driver/transport/open_transport.ts";
import type { Stream, Transport } from "../driver/transport/transport.ts";

const MESSAGE = new Uint8Array(100);

/** Sends a message and resolves when it came back whole. */
type RoundTrip = () => Promise<void>;

async function openRoundTrip(transport: Transport): Promise<RoundTrip> {
  const listener = transport.listen({ kind: "tcp", host: "127.0.0.1", port: 0 }, {}, echo, reject);
  const stream = await transport.dial(listener.address);
  let missing = 0;
  let done = () => {};
  stream.start({
    onBytes: ({ length }) => {
      missing -= length;
      if (missing === 0) done();
    },
    onDrain: () => {},
    onClose: () => {},
  });
  return () => {
    missing = MESSAGE.length;
    stream.write(MESSAGE);
    return new Promise((resolve) => done = resolve);
  };
}

function echo(stream: Stream): void {
  stream.start({ onBytes: (bytes) => stream.write(bytes), onDrain: () => {}, onClose: () => {} });
}

function reject(error: Error): never {
  throw error;
}

const backends = epollUnavailable() === null ? ["deno", "epoll"] as const : ["deno"] as const;
for (const name of backends) {
  const roundTrip = await openRoundTrip(openTransport(name, { coalescingWindowMS: 0 }));
  Deno.bench(name, { group: "round trip of 100 bytes" }, async () => await roundTrip());
}
