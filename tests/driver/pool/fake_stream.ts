import { Connection } from "../../../driver/connection.ts";
import type { Stream, StreamEvents } from "../../../driver/transport/transport.ts";

/** A stream without a peer: it notes what is done to it, and a test plays the peer. */
export class FakeStream implements Stream {
  readonly remoteAddress = "fake:27017";
  readonly queuedBytes = 0;
  readonly written: Uint8Array[] = [];
  isClosed = false;
  isHeld = true;
  #events: StreamEvents | null = null;

  start(events: StreamEvents): void {
    this.#events = events;
  }

  write(bytes: Uint8Array): void {
    this.written.push(bytes.slice());
  }

  pause(): void {}

  resume(): void {}

  end(): void {
    this.close();
  }

  close(): void {
    this.loseConnection(null);
  }

  ref(): void {
    this.isHeld = true;
  }

  unref(): void {
    this.isHeld = false;
  }

  receive(bytes: Uint8Array): void {
    this.#events?.onBytes(bytes);
  }

  loseConnection(error: Error | null = new Error("Connection reset")): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.#events?.onClose(error);
  }
}

const ADDRESS = { kind: "tcp", host: "fake", port: 27017 } as const;

/** A connection on a stream of a test's own. */
export function fakeConnection(
  info: { id: number; generation?: number },
  stream: FakeStream = new FakeStream(),
): Connection {
  return new Connection(stream, {
    id: info.id,
    address: ADDRESS,
    generation: info.generation ?? 0,
  });
}
