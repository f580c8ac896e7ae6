import { type Address, LegacyConnection } from "./legacy_connection.ts";
import { type Moment, namesOf, type Sequence, type Step } from "./steps.ts";

/** What came back for a step. */
export interface Outcome {
  /** The step's label, and where in the sequence it is. */
  readonly step: string;
  readonly requestId: number;
  /** None where the connection ended, or nothing came in time. */
  readonly replies: readonly Uint8Array[];
  readonly end: "replied" | "closed" | "silent";
}

/** A reply that has not come by then never will; awaiting cursors wait for a second. */
const REPLY_TIMEOUT_MS = 30_000;
const OP_REPLY = 1;

/** Plays a sequence on a connection of its own; one that was closed is opened again for the next step. */
export async function play(address: Address, sequence: Sequence): Promise<Outcome[]> {
  const player = new Player(address, sequence);
  try {
    for (const move of sequence.moves) await player.move("label" in move ? [move] : move);
  } finally {
    player.close();
  }
  return player.outcomes;
}

class Player {
  readonly outcomes: Outcome[] = [];
  readonly #address: Address;
  readonly #sequence: Sequence;
  #connection: LegacyConnection | null = null;
  #lastRequestId = 0;
  #cursorId = 0n;

  constructor(address: Address, sequence: Sequence) {
    this.#address = address;
    this.#sequence = sequence;
  }

  close(): void {
    this.#connection?.close();
    this.#connection = null;
  }

  /** Sends all steps at once, then takes their replies in order. */
  async move(steps: readonly Step[]): Promise<void> {
    this.#connection ??= await LegacyConnection.connect(this.#address);
    const sent = steps.map((step) => ({ step, moment: this.#moment() }));
    await this.#connection.send(concat(sent.map(({ step, moment }) => step.encode(moment))));
    for (const { step, moment } of sent) {
      if (step.replies !== "none") this.outcomes.push(await this.#outcomeOf(step, moment.requestId));
    }
  }

  #moment(): Moment {
    const { database, namespace } = namesOf(this.#sequence.name);
    return { database, namespace, requestId: ++this.#lastRequestId, cursorId: this.#cursorId };
  }

  async #outcomeOf(step: Step, requestId: number): Promise<Outcome> {
    const replies: Uint8Array[] = [];
    const known = { step: `${this.#sequence.name} / ${this.outcomes.length + 1}. ${step.label}`, requestId };
    for (;;) {
      const reply = await this.#receive();
      if (typeof reply === "string") return { ...known, replies, end: reply };
      replies.push(reply);
      const cursorId = cursorIdOf(reply);
      if (cursorId !== 0n) this.#cursorId = cursorId;
      if (step.replies === "one" || cursorId === 0n) return { ...known, replies, end: "replied" };
    }
  }

  async #receive(): Promise<Uint8Array | "closed" | "silent"> {
    if (this.#connection === null) return "closed";
    const { promise: silence, resolve } = Promise.withResolvers<"silent">();
    const timer = setTimeout(() => resolve("silent"), REPLY_TIMEOUT_MS);
    const reply = this.#connection.receive();
    const first = await Promise.race([reply, silence]);
    clearTimeout(timer);
    if (first instanceof Uint8Array) return first;
    this.close();
    await reply;
    return first ?? "closed";
  }
}

/** Of an OP_REPLY; 0 in any other. */
function cursorIdOf(message: Uint8Array): bigint {
  const view = new DataView(message.buffer);
  return view.getInt32(12, true) === OP_REPLY ? view.getBigInt64(20, true) : 0n;
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const part of parts) {
    all.set(part, offset);
    offset += part.length;
  }
  return all;
}
