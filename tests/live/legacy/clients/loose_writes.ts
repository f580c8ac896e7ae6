import { type Document, serialize } from "bson";
import { encodeOpDelete, encodeOpInsert, encodeOpQuery, encodeOpUpdate } from "../../../../codec/mod.ts";

/** What `getLastError` tells of an operation, as far as it depends on it. */
export interface Told {
  readonly n: number;
  /** Text of the error. */
  readonly err: string | null;
  readonly code?: number;
  readonly updatedExisting?: boolean;
  readonly upserted?: string;
}

/** A message, and what there is to tell once a server has carried it out. */
export interface Operation {
  readonly bytes: Uint8Array;
  readonly told: Told;
}

/** Where it writes and with what chance. */
export interface LooseWritesOptions {
  readonly namespace: string;
  /** In every `_id`, and so in the errors that belong to this client. */
  readonly name: string;
  /** From 0 to 1. */
  readonly random: () => number;
  readonly nextRequestId: () => number;
}

const NOTHING: Told = { n: 0, err: null };

/** Writes of one client that nobody acknowledges, at random, on documents that are its own alone. */
export class LooseWrites {
  readonly #options: LooseWritesOptions;
  /** What the collection holds of it. */
  readonly #ids: string[] = [];
  #made = 0;
  readonly #kinds: readonly (() => Operation)[] = [
    () => this.#insert(),
    () => this.#insert(),
    () => this.#duplicate(),
    () => this.#duplicate(),
    () => this.#severalWithDuplicate(),
    () => this.#update(),
    () => this.#upsert(),
    () => this.#failingUpdate(),
    () => this.#remove(),
  ];

  constructor(options: LooseWritesOptions) {
    this.#options = options;
  }

  /** How many documents are there, once all that was made has been carried out. */
  get documents(): number {
    return this.#ids.length;
  }

  /** The next write; the first of all is one that succeeds, so that there is something to fail on. */
  next(): Operation {
    const kind = this.#ids.length === 0 ? 0 : Math.floor(this.#options.random() * this.#kinds.length);
    return this.#kinds[kind]!();
  }

  /** A query, after which there is nothing to tell. */
  read(): Operation {
    const query = serialize({ _id: this.#anId() });
    return { bytes: encodeOpQuery({ ...this.#to(), numberToReturn: -1, query }), told: NOTHING };
  }

  #insert(): Operation {
    return { bytes: this.#encodeInsert([{ _id: this.#newId() }]), told: NOTHING };
  }

  #duplicate(): Operation {
    const _id = this.#anId();
    return { bytes: this.#encodeInsert([{ _id }]), told: this.#isThere(_id) };
  }

  /** The documents before the duplicate are there afterwards, those after it are not. */
  #severalWithDuplicate(): Operation {
    const _id = this.#anId();
    const documents = [{ _id: this.#newId() }, { _id }, { _id: `${this.#options.name} never` }];
    return { bytes: this.#encodeInsert(documents), told: this.#isThere(_id) };
  }

  #update(): Operation {
    const isThere = this.#options.random() < 0.7;
    const _id = isThere ? this.#anId() : `${this.#options.name} nowhere`;
    const told = { n: isThere ? 1 : 0, err: null, updatedExisting: isThere };
    return { bytes: this.#encodeUpdate({ _id }, { $inc: { times: 1 } }), told };
  }

  #upsert(): Operation {
    const _id = this.#newId();
    const told = { n: 1, err: null, updatedExisting: false, upserted: _id };
    return { bytes: this.#encodeUpdate({ _id }, { $set: { born: true } }, 1), told };
  }

  #failingUpdate(): Operation {
    const _id = this.#anId();
    const err = `Cannot increment with non-numeric argument: {times: "${_id}"}`;
    return { bytes: this.#encodeUpdate({ _id }, { $inc: { times: _id } }), told: { n: 0, err, code: 14 } };
  }

  #remove(): Operation {
    const isThere = this.#ids.length > 1 && this.#options.random() < 0.7;
    const _id = isThere ? this.#ids.pop() : `${this.#options.name} nowhere`;
    const bytes = encodeOpDelete({ ...this.#to(), selector: serialize({ _id }) });
    return { bytes, told: { n: isThere ? 1 : 0, err: null } };
  }

  #isThere(_id: string): Told {
    const { namespace } = this.#options;
    const err = `E11000 duplicate key error collection: ${namespace} index: _id_ dup key: { _id: "${_id}" }`;
    return { n: 0, err, code: 11000 };
  }

  #newId(): string {
    const id = `${this.#options.name} ${this.#made++}`;
    this.#ids.push(id);
    return id;
  }

  #anId(): string {
    return this.#ids[Math.floor(this.#options.random() * this.#ids.length)]!;
  }

  #encodeInsert(documents: readonly Document[]): Uint8Array {
    return encodeOpInsert({ ...this.#to(), documents: documents.map((document) => serialize(document)) });
  }

  #encodeUpdate(selector: Document, update: Document, flags = 0): Uint8Array {
    return encodeOpUpdate({ ...this.#to(), flags, selector: serialize(selector), update: serialize(update) });
  }

  #to(): { requestId: number; fullCollectionName: string } {
    return { requestId: this.#options.nextRequestId(), fullCollectionName: this.#options.namespace };
  }
}
