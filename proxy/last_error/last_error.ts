import type { Document } from "bson";
import { findElement, readNumber, readString } from "../../codec/bson_view.ts";
import { decodeDocument } from "../../driver/decode_document.ts";
import { errorName } from "./error_names.ts";
import { readWriteReply } from "./write_reply.ts";

/** What wrote. OP_INSERT, OP_UPDATE and OP_DELETE count as the commands that took their place. */
export type WriteKind = "insert" | "update" | "delete" | "findAndModify" | "createIndexes";

/** Why an operation failed, as a reply of a server or of ours has it. */
export interface FailedOperation {
  readonly code: number;
  readonly codeName: string;
  readonly errmsg: string;
}

/** What became of an operation. Of those that are `plain` there is nothing to tell, inserts that went well among them. */
export type Outcome =
  | { readonly kind: "plain" }
  | { readonly kind: "failed"; readonly error: FailedOperation }
  | { readonly kind: "deleted"; readonly n: number }
  /** `upserted` is the entry of the reply's list, as its bytes; null where the documents were there. */
  | { readonly kind: "updated"; readonly n: number; readonly upserted: Uint8Array | null };

const PLAIN: Outcome = { kind: "plain" };
/** What most writes end with. */
const COMMON = {
  deleted: [0, 1].map((n): Outcome => ({ kind: "deleted", n })),
  updated: [0, 1].map((n): Outcome => ({ kind: "updated", n, upserted: null })),
};

/**
 * How a document is decoded that is to be encoded again as it was, its types of numbers included. Texts may be those of
 * clients, of which not all are UTF-8.
 */
export const EXACTLY = { promoteValues: false, bsonRegExp: true, validation: { utf8: false } } as const;

/**
 * What became of the writes of one client connection, as `getLastError` and `getPrevError` tell it; servers kept it
 * for each connection until 5.0, and this follows what they did. An operation leaves its outcome only if that says more
 * than that it went well; it makes what others left older anyway. Of a command with several statements the counts are
 * those of all, and the last error is told whatever followed it.
 */
export class LastError {
  #outcome = PLAIN;
  /** Operations since the one that left the outcome. */
  #age = 0;
  #hasWritten = false;
  #opTime: Uint8Array | null = null;
  /** Whether that is the place of the last write, or of one before it. */
  #isPlaceOfLast = false;
  #namespace: string | null = null;
  /** The namespace of the current operation. */
  #current: string | null = null;

  /**
   * An operation other than those about the last error (and `hello`) begins; `namespace` is what it is about to write
   * to, as `database.collection`, where that is known.
   */
  startRequest(namespace: string | null = null): void {
    this.#age++;
    this.#current = namespace;
    if (namespace !== null) this.#writes();
  }

  /**
   * A write was answered; `reply` is the server's reply document, borrowed for the call. Throws `CodecError` if it
   * cannot be read.
   */
  wrote(kind: WriteKind, reply: Uint8Array): void {
    const written = readWriteReply(reply);
    this.#writes();
    this.#namespace = this.#current;
    this.#keepOpTime(written.opTime);
    const error = written.lastWriteError;
    if (error !== null) return this.failed(failedWrite(error));
    if (kind === "update") this.#leave(updated(written.n, written.lastUpserted));
    else if (kind === "delete") this.#leave(COMMON.deleted[written.n] ?? { kind: "deleted", n: written.n });
  }

  /** The operation failed as a whole, or what became of it is not known. */
  failed({ code, codeName, errmsg }: FailedOperation): void {
    this.#leave({ kind: "failed", error: { code, codeName: codeName || errorName(code), errmsg } });
  }

  /** Forgets what there is to tell: `resetError`. */
  reset(): void {
    this.#leave(PLAIN);
  }

  /** What the operation before this one left. */
  get latest(): Outcome {
    return this.#age === 0 ? this.#outcome : PLAIN;
  }

  /** What was left last, and how many operations ago; -1 where nothing was. */
  get previous(): { readonly outcome: Outcome; readonly nPrev: number } {
    return { outcome: this.#outcome, nPrev: this.#outcome === PLAIN ? -1 : this.#age + 1 };
  }

  /** Whether the connection has written at all. */
  get hasWritten(): boolean {
    return this.#hasWritten;
  }

  /** What was written to last, as `database.collection`; null where that is not known. */
  get namespace(): string | null {
    return this.#namespace;
  }

  /** The last place in the oplog that a write told; null where none did. */
  get lastOp(): Document | null {
    return this.#opTime === null ? null : decodeDocument(this.#opTime, EXACTLY);
  }

  /** The term of the primary that took the last write; null where that is not known. */
  get term(): number | null {
    return this.#isPlaceOfLast ? Number(this.lastOp?.t) : null;
  }

  #leave(outcome: Outcome): void {
    this.#outcome = outcome;
    this.#age = 0;
  }

  /** Not every write tells its place afterwards. */
  #writes(): void {
    this.#hasWritten = true;
    this.#isPlaceOfLast = false;
  }

  #keepOpTime(opTime: Uint8Array | null): void {
    if (opTime === null) return;
    this.#isPlaceOfLast = true;
    if (this.#opTime?.length === opTime.length) this.#opTime.set(opTime);
    else this.#opTime = new Uint8Array(opTime);
  }
}

function updated(n: number, upserted: Uint8Array | null): Outcome {
  if (upserted === null) return COMMON.updated[n] ?? { kind: "updated", n, upserted };
  return { kind: "updated", n, upserted: new Uint8Array(upserted) };
}

/** The server names the codes of commands that fail, and not those of documents. */
function failedWrite(writeError: Uint8Array): FailedOperation {
  const code = readNumber(writeError, findElement(writeError, "code")) ?? 0;
  const errmsg = readString(writeError, findElement(writeError, "errmsg")) ?? "";
  return { code, codeName: errorName(code), errmsg };
}
