import { endOfDocument } from "../../codec/bson_extent.ts";
import { type KeySink, KeyTable, scanKeys } from "../../codec/bson_key_table.ts";
import { ElementWalker, readDocument, readNumber } from "../../codec/bson_view.ts";

const Field = { n: 0, upserted: 1, writeErrors: 2, opTime: 3 } as const;
const KEYS: KeyTable<number> = new KeyTable(Object.entries(Field));
const ABSENT = -1;

/** What the reply to a write says of it. */
class WriteReply implements KeySink {
  #bytes: Uint8Array = new Uint8Array();
  readonly #elements = new Int32Array(Object.keys(Field).length);

  read(reply: Uint8Array): void {
    this.#bytes = reply;
    this.#elements.fill(ABSENT);
    scanKeys(reply, 4, endOfDocument(reply, 0, reply.length) - 1, KEYS, this);
  }

  onKey(field: number, element: number): void {
    this.#elements[field] = element;
  }

  /** How many documents; 0 where the reply does not tell. */
  get n(): number {
    return readNumber(this.#bytes, this.#elements[Field.n]!) ?? 0;
  }

  /** The last of `upserted`, a view; null where nothing was. */
  get lastUpserted(): Uint8Array | null {
    return this.#lastOf(Field.upserted);
  }

  /** The last of `writeErrors`, a view; null where there were none. */
  get lastWriteError(): Uint8Array | null {
    return this.#lastOf(Field.writeErrors);
  }

  /** The place of the write in the oplog, a view; null where there is none, or it is written in the way of old. */
  get opTime(): Uint8Array | null {
    return readDocument(this.#bytes, this.#elements[Field.opTime]!);
  }

  #lastOf(field: number): Uint8Array | null {
    const list = readDocument(this.#bytes, this.#elements[field]!);
    if (list === null) return null;
    let last: Uint8Array | null = null;
    for (const walker = new ElementWalker(list); walker.next();) last = readDocument(list, walker.element);
    return last;
  }
}

export type { WriteReply };

/** Writes are answered often, and each answer is read at once. */
const current = new WriteReply();

/** Reads the reply to a write; what it gives is valid until the next call. Throws `CodecError`. */
export function readWriteReply(reply: Uint8Array): WriteReply {
  current.read(reply);
  return current;
}
