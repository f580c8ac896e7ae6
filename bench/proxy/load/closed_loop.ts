import { lengthOf, type LoadMode, requestOf, responseToOf } from "./messages.ts";

const FIRST_BUFFER_BYTES = 4096;

/** Where to connect. */
export interface Address {
  readonly hostname: string;
  readonly port: number;
}

/** One client: sends a request, waits for its reply, and begins anew. */
export class ClosedLoop {
  readonly #address: Address;
  readonly #reconnects: boolean;
  readonly #request: Uint8Array<ArrayBuffer>;
  readonly #requestView: DataView;
  #buffer = new Uint8Array(FIRST_BUFFER_BYTES);
  #requestId = 0;
  #conn: Deno.TcpConn | null = null;

  constructor(address: Address, mode: LoadMode) {
    this.#address = address;
    this.#reconnects = mode === "connect";
    this.#request = requestOf(mode);
    this.#requestView = new DataView(this.#request.buffer);
  }

  /** Opens the first connection. */
  async open(): Promise<void> {
    this.#conn = await Deno.connect(this.#address);
    this.#conn.setNoDelay(true);
  }

  /** Runs one operation. Throws `Error` if it fails. */
  async operate(): Promise<void> {
    if (this.#reconnects) {
      this.close();
      await this.open();
    }
    const conn = this.#conn!;
    this.#requestView.setInt32(4, ++this.#requestId, true);
    await this.#write(conn);
    let filled = 0;
    while (filled < 4 || filled < lengthOf(this.#buffer)) {
      if (filled >= 4) this.#makeRoom(lengthOf(this.#buffer), filled);
      const count = await conn.read(filled === 0 ? this.#buffer : this.#buffer.subarray(filled));
      if (count === null) throw new Error("The connection was closed");
      filled += count;
    }
    const responseTo = responseToOf(this.#buffer);
    if (responseTo !== this.#requestId) throw new Error(`A reply to ${responseTo}, expected ${this.#requestId}`);
  }

  close(): void {
    this.#conn?.close();
    this.#conn = null;
  }

  async #write(conn: Deno.TcpConn): Promise<void> {
    let written = await conn.write(this.#request);
    while (written < this.#request.length) written += await conn.write(this.#request.subarray(written));
  }

  #makeRoom(bytes: number, filled: number): void {
    if (bytes <= this.#buffer.length) return;
    const larger = new Uint8Array(bytes * 2);
    larger.set(this.#buffer.subarray(0, filled));
    this.#buffer = larger;
  }
}
