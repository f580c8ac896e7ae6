import { deserialize, type Document, serialize } from "bson";

/** A reply that cannot be: to another request, with another's marker, or none at all. */
export class WrongReplyError extends Error {
  override readonly name = "WrongReplyError";
}

/** The server or the gateway answered with `ok: 0`. */
export class ErrorReply extends Error {
  override readonly name = "ErrorReply";

  constructor(command: string, { codeName, code, errmsg }: Document) {
    super(`${command}: ${codeName ?? code ?? "no code"} (${String(errmsg).slice(0, 120)})`);
  }
}

/** Where to connect to. */
export interface Endpoint {
  readonly hostname: string;
  readonly port: number;
}

const HEADER_BYTES = 16;
const OP_MSG = 2013;
const CHUNK_BYTES = 4096;

/** Over all connections, so that a reply that went astray never suits by chance. */
let lastRequestId = 0;

/**
 * A client's connection that looks at every reply, and can be cut off anywhere. It shares no code with the gateway, so
 * that a fault there cannot hide itself.
 */
export class WireConnection {
  readonly #socket: Deno.TcpConn;
  /** What it waits for since when; null while it waits for nothing. */
  waiting: { readonly command: string; readonly since: number } | null = null;

  private constructor(socket: Deno.TcpConn) {
    this.#socket = socket;
  }

  static async open(endpoint: Endpoint): Promise<WireConnection> {
    const socket = await Deno.connect(endpoint);
    socket.setNoDelay(true);
    return new WireConnection(socket);
  }

  /** Runs a command; its reply has 64-bit integers as they are. Throws {@linkcode ErrorReply} if it is not `ok`. */
  async command(database: string, command: Document): Promise<Document> {
    const name = Object.keys(command)[0] ?? "";
    const requestId = await this.send(database, command);
    this.waiting = { command: name, since: performance.now() };
    const message = await this.#readMessage();
    this.waiting = null;
    const answered = new DataView(message.buffer, message.byteOffset).getInt32(8, true);
    if (answered !== requestId) throw new WrongReplyError(`${name} got the reply to request ${answered}`);
    const reply = deserialize(message.subarray(HEADER_BYTES + 5), { promoteLongs: false });
    if (Number(reply.ok) !== 1) throw new ErrorReply(name, reply);
    return reply;
  }

  /** Sends the given share of a command's message and does not wait. Gives its request id. */
  async send(database: string, command: Document, share = 1): Promise<number> {
    const requestId = lastRequestId = (lastRequestId + 1) & 0x7fffffff;
    const message = encode(requestId, serialize({ ...command, $db: database }));
    const length = Math.ceil(message.length * share);
    for (let sent = 0; sent < length;) sent += await this.#socket.write(message.subarray(sent, length));
    return requestId;
  }

  /** Reads some bytes, whatever they are; null at the end. */
  async readSome(): Promise<number | null> {
    return await this.#socket.read(new Uint8Array(CHUNK_BYTES));
  }

  /** Says that nothing more will be sent. */
  async closeWrite(): Promise<void> {
    await this.#socket.closeWrite();
  }

  close(): void {
    try {
      this.#socket.close();
    } catch (error) {
      // It may be closed twice: by its life and by who found that it hangs.
      if (!(error instanceof Deno.errors.BadResource)) throw error;
    }
  }

  async #readMessage(): Promise<Uint8Array> {
    const chunk = new Uint8Array(CHUNK_BYTES);
    const filled = await this.#fill(chunk, 0, HEADER_BYTES);
    const length = new DataView(chunk.buffer).getInt32(0, true);
    if (filled > length) throw new WrongReplyError(`${filled - length} bytes came that nobody asked for`);
    if (length <= CHUNK_BYTES) {
      await this.#fill(chunk.subarray(0, length), filled, length);
      return chunk.subarray(0, length);
    }
    const message = new Uint8Array(length);
    message.set(chunk.subarray(0, filled));
    await this.#fill(message, filled, length);
    return message;
  }

  /** Reads until at least `least` bytes are there; gives how many are. */
  async #fill(buffer: Uint8Array<ArrayBuffer>, filled: number, least: number): Promise<number> {
    while (filled < least) {
      const count = await this.#socket.read(buffer.subarray(filled));
      if (count === null) throw new Deno.errors.UnexpectedEof("The connection was closed");
      filled += count;
    }
    return filled;
  }
}

function encode(requestId: number, body: Uint8Array): Uint8Array<ArrayBuffer> {
  const message = new Uint8Array(HEADER_BYTES + 5 + body.length);
  const view = new DataView(message.buffer);
  view.setInt32(0, message.length, true);
  view.setInt32(4, requestId, true);
  view.setInt32(12, OP_MSG, true);
  message.set(body, HEADER_BYTES + 5);
  return message;
}
