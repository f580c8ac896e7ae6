import { concat } from "@std/bytes";

/** The raw other end of a stream. */
export class Peer implements Disposable {
  readonly conn: Deno.Conn;

  constructor(conn: Deno.Conn) {
    this.conn = conn;
  }

  async write(bytes: Uint8Array): Promise<void> {
    for (let written = 0; written < bytes.length;) written += await this.conn.write(bytes.subarray(written));
  }

  /** Reads at least so many bytes, in reads of at most `step`; fewer if the stream ends. */
  async read(length: number, step = 65_536): Promise<Uint8Array> {
    const chunks: Uint8Array[] = [];
    await this.#readInto(chunks, length, step);
    return concat(chunks);
  }

  /** Reads until the stream ends. */
  readAll(): Promise<Uint8Array> {
    return this.read(Infinity);
  }

  /** Reads until the stream ends or is reset, as it is when it is closed with bytes unread, those of TLS included. */
  async readToClose(): Promise<Uint8Array> {
    const chunks: Uint8Array[] = [];
    try {
      await this.#readInto(chunks, Infinity, 65_536);
    } catch (error) {
      if (!(error instanceof Deno.errors.ConnectionReset || error instanceof Deno.errors.UnexpectedEof)) throw error;
    }
    return concat(chunks);
  }

  async #readInto(chunks: Uint8Array[], length: number, step: number): Promise<void> {
    for (let read = 0; read < length;) {
      const chunk = new Uint8Array(step);
      const count = await this.conn.read(chunk);
      if (count === null) return;
      chunks.push(chunk.subarray(0, count));
      read += count;
    }
  }

  [Symbol.dispose](): void {
    try {
      this.conn.close();
    } catch (error) {
      if (!(error instanceof Deno.errors.BadResource)) throw error;
    }
  }
}
