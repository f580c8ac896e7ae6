import { Binary, type Document, Long } from "bson";
import type { Tally } from "./tally.ts";
import { type Endpoint, WireConnection, WrongReplyError } from "./wire_connection.ts";
import { MAX_WRITES, type WriteLedger } from "./write_ledger.ts";

/** Where all clients work. */
export const DATABASE = "soak";
/** Holds what clients write: `client`, `write` and their marker. */
export const WRITES = "writes";
/** Holds {@linkcode PAGE_COUNT} documents with `_id`s from 0 on. */
export const PAGES = "pages";
export const PAGE_COUNT = 20;

/** As many clients say that they are one application: theirs are the cursors that outlive a connection for a while. */
const CLIENTS_AN_APPLICATION = 4;

/** What all clients of a thread share. */
export interface Surroundings {
  readonly endpoint: Endpoint;
  readonly tally: Tally;
  readonly ledger: WriteLedger;
  /** Every open connection, for who looks for those that hang. */
  readonly connections: Set<WireConnection>;
}

/** One client with its connection, its session and its marker, which every reply with documents has to carry. */
export class SoakClient {
  readonly number: number;
  readonly marker: string;
  readonly #shared: Surroundings;
  readonly #connections: WireConnection[] = [];
  #writes = 0;
  #transactions = 0;
  #session: Document | null = null;

  constructor(number: number, shared: Surroundings) {
    this.number = number;
    this.marker = `client ${number}`;
    this.#shared = shared;
  }

  get ledger(): WriteLedger {
    return this.#shared.ledger;
  }

  /** The connection that was opened first. */
  get connection(): WireConnection {
    const [first] = this.#connections;
    if (first === undefined) throw new Error("The client is not connected");
    return first;
  }

  /** Whether a session of it is known to the servers. */
  get hasSession(): boolean {
    return this.#session !== null;
  }

  /** Its session's id. */
  get lsid(): Document {
    return this.#session ??= { id: new Binary(crypto.getRandomValues(new Uint8Array(16)), Binary.SUBTYPE_UUID) };
  }

  /** Opens a connection that says nothing yet. */
  async connect(): Promise<WireConnection> {
    const connection = await WireConnection.open(this.#shared.endpoint);
    this.#connections.push(connection);
    this.#shared.connections.add(connection);
    return connection;
  }

  /** Says hello as drivers do. */
  async greet(connection = this.connection): Promise<void> {
    const name = `soak ${Math.floor(this.number / CLIENTS_AN_APPLICATION)}`;
    const client = {
      application: { name },
      driver: { name: "torana soak", version: "1" },
      os: { type: Deno.build.os },
    };
    const { msg } = await this.run({ hello: 1, client }, connection, "admin");
    if (msg !== "isdbgrid") throw new WrongReplyError(`hello says ${JSON.stringify(msg)}`);
  }

  /** Runs a command and counts it. */
  async run(command: Document, connection = this.connection, database = DATABASE): Promise<Document> {
    const reply = await connection.command(database, command);
    this.#shared.tally.operations++;
    return reply;
  }

  /** The number of its next write; null when it has had all. */
  nextWrite(): number | null {
    return this.#writes < MAX_WRITES ? this.#writes++ : null;
  }

  /** The document of a write. */
  document(write: number): Document {
    return { client: this.number, write, marker: this.marker };
  }

  /** The fields of a new transaction's statements. */
  beginTransaction(): Document {
    return { lsid: this.lsid, txnNumber: Long.fromNumber(++this.#transactions), autocommit: false };
  }

  /** Throws {@linkcode WrongReplyError} unless all documents are its own. */
  expectOwn(what: string, documents: readonly Document[], count: number): void {
    if (documents.length !== count) {
      throw new WrongReplyError(`${what} gives ${documents.length} documents, expected ${count}`);
    }
    const stranger = documents.find(({ marker }) => marker !== this.marker);
    if (stranger !== undefined) throw new WrongReplyError(`${what} gives another client's document`);
  }

  /** Closes all its connections. */
  close(): void {
    for (const connection of this.#connections) {
      this.#shared.connections.delete(connection);
      connection.close();
    }
  }
}
