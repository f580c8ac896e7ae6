import { deserialize, type DeserializeOptions, type Document, serialize } from "bson";
import { Buffer } from "node:buffer";
import { createHash, createHmac, pbkdf2Sync, randomBytes } from "node:crypto";

const HEADER_BYTES = 16;
const OP_MSG = 2013;

/** The server answered a command with `ok: 0`. */
export class CommandFailedError extends Error {
  override readonly name = "CommandFailedError";
  readonly code: number;
  readonly reply: Document;

  constructor(command: string, reply: Document) {
    super(`${command} failed: ${reply.errmsg ?? "no message"} (code ${reply.code ?? "none"})`);
    this.code = Number(reply.code ?? 0);
    this.reply = reply;
  }
}

/**
 * The least client that can run a command, one after the other. It shares no code with what is tested, so that a fault
 * there cannot hide itself.
 */
export class WireClient implements Disposable {
  readonly #connection: Deno.Conn;
  #requestId = 0;

  private constructor(connection: Deno.Conn) {
    this.#connection = connection;
  }

  /** Connects, and authenticates where `login` is given. */
  static async connect(server: { host: string; port: number }, login?: Login): Promise<WireClient> {
    const connection = await Deno.connect({ hostname: server.host, port: server.port });
    connection.setNoDelay(true);
    const client = new WireClient(connection);
    if (login !== undefined) await client.#authenticate(login);
    return client;
  }

  /**
   * Runs a command and returns the reply, its 64-bit integers as numbers unless `options` say otherwise.
   * Throws {@linkcode CommandFailedError} when it is not `ok`.
   */
  async command(database: string, command: Document, options: DeserializeOptions = {}): Promise<Document> {
    const name = Object.keys(command)[0] ?? "";
    await this.#write(serialize({ ...command, $db: database }));
    const reply = await this.#read(options);
    if (reply.ok !== 1) throw new CommandFailedError(name, reply);
    return reply;
  }

  close(): void {
    this.#connection.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** SCRAM-SHA-256, for passwords of ASCII. */
  async #authenticate({ user, pwd }: Login): Promise<void> {
    const first = `n=${user},r=${randomBytes(24).toString("base64")}`;
    const started = await this.command("admin", {
      saslStart: 1,
      mechanism: "SCRAM-SHA-256",
      payload: new TextEncoder().encode(`n,,${first}`),
    });
    const challenge = String(new TextDecoder().decode(started.payload.buffer));
    const payload = new TextEncoder().encode(scramProof(pwd, first, challenge));
    const { conversationId } = started;
    await this.command("admin", { saslContinue: 1, conversationId, payload });
    await this.command("admin", { saslContinue: 1, conversationId, payload: new Uint8Array() });
  }

  async #write(document: Uint8Array): Promise<void> {
    const message = new Uint8Array(HEADER_BYTES + 5 + document.length);
    const view = new DataView(message.buffer);
    view.setInt32(0, message.length, true);
    view.setInt32(4, ++this.#requestId, true);
    view.setInt32(12, OP_MSG, true);
    message.set(document, HEADER_BYTES + 5);
    for (let written = 0; written < message.length;) {
      written += await this.#connection.write(message.subarray(written));
    }
  }

  async #read(options: DeserializeOptions): Promise<Document> {
    const header = await this.#readExactly(HEADER_BYTES);
    const length = new DataView(header.buffer).getInt32(0, true);
    const body = await this.#readExactly(length - HEADER_BYTES);
    return deserialize(body.subarray(5), options);
  }

  async #readExactly(length: number): Promise<Uint8Array<ArrayBuffer>> {
    const bytes = new Uint8Array(length);
    for (let filled = 0; filled < length;) {
      const count = await this.#connection.read(bytes.subarray(filled));
      if (count === null) throw new Deno.errors.ConnectionReset("The server closed the connection");
      filled += count;
    }
    return bytes;
  }
}

/** A user of the `admin` database. */
export interface Login {
  readonly user: string;
  readonly pwd: string;
}

/** The client's final message, RFC 5802 section 3. */
function scramProof(pwd: string, first: string, challenge: string): string {
  const fields = new Map(challenge.split(",").map((field) => [field[0], field.slice(2)]));
  const salt = Buffer.from(fields.get("s") ?? "", "base64");
  const salted = pbkdf2Sync(pwd, salt, Number(fields.get("i")), 32, "sha256");
  const clientKey = hmac(salted, "Client Key");
  const final = `c=biws,r=${fields.get("r")}`;
  const signature = hmac(createHash("sha256").update(clientKey).digest(), `${first},${challenge},${final}`);
  return `${final},p=${Buffer.from(clientKey.map((byte, index) => byte ^ (signature[index] ?? 0))).toString("base64")}`;
}

function hmac(key: Uint8Array, text: string): Uint8Array {
  return createHmac("sha256", key).update(text).digest();
}
