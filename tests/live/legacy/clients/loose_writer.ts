import { assertEquals } from "@std/assert";
import { concat } from "@std/bytes";
import { deserialize, type Document, serialize } from "bson";
import { decodeOpReply, encodeOpQuery } from "../../../../codec/mod.ts";
import { seededRandom } from "../../../proxy/support/seeded_random.ts";
import { pause } from "../../../support/mongod/wait.ts";
import { type Address, LegacyConnection } from "../table/legacy_connection.ts";
import { LooseWrites, type Told } from "./loose_writes.ts";

/** One client among many. */
export interface LooseWriterOptions {
  readonly number: number;
  /** How often it has `getLastError` answered. */
  readonly answers: number;
  readonly database: string;
  readonly seed: number;
  /** Whether connections to the server may be lost, so that an answer may be that the write was. @default {false} */
  readonly losesWrites?: boolean;
}

/** What a lost connection to the server is to the clients of a proxy, and a server that is primary no longer. */
const LOST_CODES = new Set([6, 7, 89, 9001, 91, 189, 10107, 11600, 11602, 13435, 13436]);

/** What it did. */
export interface LooseWriterResult {
  /** Answers that were as they had to be: all, or the client rejects. */
  readonly checked: number;
  /** Documents that it must have left in the collection `loose`. */
  readonly documents: number;
  /** What all answers said. */
  readonly connectionId: number;
  /** Writes of which it was told that they were lost. */
  readonly lost: number;
}

/**
 * Writes without acknowledgement, at random, and asks `getLastError`: at once or later, once or twice, on its database or
 * another, after one write or several, sometimes with a query before. Rejects where an answer does not belong to its own
 * last operation.
 */
export async function runLooseWriter(address: Address, options: LooseWriterOptions): Promise<LooseWriterResult> {
  using connection = await LegacyConnection.connect(address);
  return await new LooseWriter(connection, options).run();
}

class LooseWriter {
  readonly #connection: LegacyConnection;
  readonly #options: LooseWriterOptions;
  readonly #random: () => number;
  #writes: LooseWrites;
  #lost = 0;
  #requestId = 0;
  #connectionId: number | null = null;

  constructor(connection: LegacyConnection, options: LooseWriterOptions) {
    this.#connection = connection;
    this.#options = options;
    this.#random = seededRandom(options.seed + options.number);
    this.#writes = this.#newWrites();
  }

  async run(): Promise<LooseWriterResult> {
    let checked = 0;
    while (checked < this.#options.answers) checked += await this.#turn();
    return { checked, documents: this.#writes.documents, connectionId: this.#connectionId!, lost: this.#lost };
  }

  /** Of documents that nobody else writes to, and what was there before neither. */
  #newWrites(): LooseWrites {
    const { database, number } = this.#options;
    return new LooseWrites({
      namespace: `${database}.loose`,
      name: `client ${number}, life ${this.#lost},`,
      random: this.#random,
      nextRequestId: () => ++this.#requestId,
    });
  }

  /** Some operations, and the questions after them; how many were answered. */
  async #turn(): Promise<number> {
    const { messages, told, reads } = this.#operations();
    const first = this.#requestId + 1;
    const questions = this.#happens(0.3) ? [this.#question(), this.#question()] : [this.#question()];
    await this.#send(messages, questions);
    for (let n = 0; n < reads; n++) await this.#receive();
    const answers: Told[] = [];
    for (const index of questions.keys()) {
      const answer = this.#read(await this.#receive(), first + index);
      this.#check(answer, answers[0] ?? told);
      answers.push(answer);
    }
    return questions.length;
  }

  /** Usually all at once; sometimes others have their turn before a question. */
  async #send(messages: readonly Uint8Array[], questions: readonly Uint8Array[]): Promise<void> {
    let together = [...messages];
    for (const question of questions) {
      if (this.#happens(0.2)) {
        await this.#connection.send(concat(together));
        together = [];
        await pause(this.#random() * 20);
      }
      together.push(question);
    }
    await this.#connection.send(concat(together));
  }

  /** Usually one write; what there is to tell is that of the last operation. */
  #operations(): { messages: Uint8Array[]; told: Told; reads: number } {
    const operations = [this.#writes.next()];
    // Of several the last alone could be told to be lost, and those before not.
    if (this.#options.losesWrites === true) {
      return { messages: [operations[0]!.bytes], told: operations[0]!.told, reads: 0 };
    }
    while (this.#happens(0.2)) operations.push(this.#writes.next());
    const reads = this.#happens(0.1) ? 1 : 0;
    if (reads > 0) operations.push(this.#writes.read());
    return { messages: operations.map(({ bytes }) => bytes), told: operations.at(-1)!.told, reads };
  }

  #question(): Uint8Array {
    const database = this.#happens(0.2) ? "elsewhere" : this.#options.database;
    return encodeOpQuery({
      requestId: ++this.#requestId,
      fullCollectionName: `${database}.$cmd`,
      numberToReturn: -1,
      query: serialize({ [this.#happens(0.5) ? "getlasterror" : "getLastError"]: 1 }),
    });
  }

  async #receive(): Promise<Uint8Array> {
    const reply = await this.#connection.receive();
    if (reply === null) throw new Error(`Client ${this.#options.number} lost its connection`);
    return reply;
  }

  /** What an answer tells; it has to be one to that question, on this connection. */
  #read(message: Uint8Array, requestId: number): Told {
    const reply = decodeOpReply(message);
    const document = deserialize(reply.documents[0]!);
    this.#connectionId ??= document.connectionId;
    assertEquals([reply.responseTo, document.connectionId], [requestId, this.#connectionId]);
    return toldIn(document);
  }

  #check(answer: Told, told: Told): void {
    // Comparing texts first: there are many answers, nearly all of them as they must be.
    if (JSON.stringify(answer) === JSON.stringify(told)) return;
    if (this.#options.losesWrites !== true || !LOST_CODES.has(answer.code ?? 0)) assertEquals(answer, told);
    this.#lost++;
    this.#writes = this.#newWrites();
  }

  #happens(chance: number): boolean {
    return this.#random() < chance;
  }
}

function toldIn({ n, err, code, updatedExisting, upserted }: Document): Told {
  return {
    n,
    err,
    ...code === undefined ? {} : { code },
    ...updatedExisting === undefined ? {} : { updatedExisting },
    ...upserted === undefined ? {} : { upserted },
  };
}
