const HEADER_BYTES = 16;
const READ_BYTES = 4096;

/** Where a server or a gateway listens. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/** Sends bytes and receives whole messages; knows nothing of what is in them. */
export class LegacyConnection implements Disposable {
  readonly #socket: Deno.Conn;
  readonly #chunk = new Uint8Array(READ_BYTES);
  /** What of the chunk is not handed out yet. */
  #unread = this.#chunk.subarray(0, 0);
  #isClosed = false;

  private constructor(socket: Deno.Conn) {
    this.#socket = socket;
  }

  static async connect({ host, port }: Address): Promise<LegacyConnection> {
    const socket = await Deno.connect({ hostname: host, port });
    socket.setNoDelay(true);
    return new LegacyConnection(socket);
  }

  /** Resolves once the bytes are the system's; to false where the other side has closed. */
  async send(bytes: Uint8Array): Promise<boolean> {
    try {
      for (let sent = 0; sent < bytes.length;) sent += await this.#socket.write(bytes.subarray(sent));
      return true;
    } catch {
      return false;
    }
  }

  /** The next message; null where the connection has ended. */
  async receive(): Promise<Uint8Array | null> {
    const header = await this.#exactly(HEADER_BYTES);
    if (header === null) return null;
    const rest = await this.#exactly(new DataView(header.buffer).getInt32(0, true) - HEADER_BYTES);
    if (rest === null) return null;
    const message = new Uint8Array(HEADER_BYTES + rest.length);
    message.set(header);
    message.set(rest, HEADER_BYTES);
    return message;
  }

  close(): void {
    if (!this.#isClosed) this.#socket.close();
    this.#isClosed = true;
  }

  [Symbol.dispose](): void {
    this.close();
  }

  async #exactly(length: number): Promise<Uint8Array<ArrayBuffer> | null> {
    const bytes = new Uint8Array(length);
    for (let filled = 0; filled < length;) {
      if (this.#unread.length === 0 && !await this.#read()) return null;
      const taken = this.#unread.subarray(0, length - filled);
      bytes.set(taken, filled);
      filled += taken.length;
      this.#unread = this.#unread.subarray(taken.length);
    }
    return bytes;
  }

  /** Says whether anything came. */
  async #read(): Promise<boolean> {
    const count = await this.#socket.read(this.#chunk).catch(() => null);
    this.#unread = this.#chunk.subarray(0, count ?? 0);
    return count !== null;
  }
}
