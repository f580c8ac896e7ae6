import { CodecError } from "./error.ts";
import { endOfValue } from "./bson_extent.ts";

/** Continues the hash of a key with its next byte. */
export function hashByte(hash: number, byte: number): number {
  return (Math.imul(hash, 31) + byte) | 0;
}

/** Maps keys to values by the keys' bytes, so that looking up a key of a BSON document makes no string. */
export class KeyTable<T> {
  readonly #keys: (Uint8Array | undefined)[];
  readonly #values: (T | undefined)[];
  readonly #mask: number;

  constructor(entries: readonly (readonly [key: string, value: T])[]) {
    // A quarter full, so that most look-ups end at the first slot.
    const size = 1 << Math.ceil(Math.log2(entries.length * 4));
    this.#mask = size - 1;
    this.#keys = new Array(size).fill(undefined);
    this.#values = new Array(size).fill(undefined);
    for (const [key, value] of entries) this.#add(new TextEncoder().encode(key), value);
  }

  #add(key: Uint8Array, value: T): void {
    let slot = key.reduce(hashByte, 0) & this.#mask;
    while (this.#keys[slot] !== undefined) slot = (slot + 1) & this.#mask;
    this.#keys[slot] = key;
    this.#values[slot] = value;
  }

  /** Gives the value of the key that lies in `bytes` from `start` to `end`. */
  get(bytes: Uint8Array, start: number, end: number): T | undefined {
    let hash = 0;
    for (let i = start; i < end; i++) hash = hashByte(hash, bytes[i]!);
    return this.find(bytes, start, end, hash);
  }

  /** Does what `get` does for a caller that has the hash of the key's bytes already. */
  find(bytes: Uint8Array, start: number, end: number, hash: number): T | undefined {
    let slot = hash & this.#mask;
    for (;;) {
      const key = this.#keys[slot];
      if (key === undefined) return undefined;
      if (isSame(key, bytes, start, end)) return this.#values[slot];
      slot = (slot + 1) & this.#mask;
    }
  }
}

function isSame(key: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean {
  if (key.length !== end - start) return false;
  for (let i = 0; i < key.length; i++) {
    if (key[i] !== bytes[start + i]) return false;
  }
  return true;
}

/** Who is told where the wanted keys of a document are. */
export interface KeySink {
  /** `field` is the table's value for the key, `element` the offset of the element's type byte. */
  onKey(field: number, element: number): void;
}

/**
 * Passes once over the elements from `first` to the document's `terminator` and reports the keys that `table` has.
 * The caller has checked the document with `endOfDocument`.
 *
 * @throws {CodecError} if an element does not lie whole before the terminator
 */
export function scanKeys(
  bytes: Uint8Array,
  first: number,
  terminator: number,
  table: KeyTable<number>,
  sink: KeySink,
): void {
  let element = first;
  while (element < terminator) {
    let hash = 0;
    let end = element + 1;
    // The terminator is a NUL, so this ends there at the latest.
    for (let byte = bytes[end]!; byte !== 0; byte = bytes[++end]!) hash = hashByte(hash, byte);
    if (end >= terminator) throw unterminatedKey(element);
    const field = table.find(bytes, element + 1, end, hash);
    if (field !== undefined) sink.onKey(field, element);
    element = endOfValue(bytes, bytes[element]!, end + 1, terminator);
  }
}

function unterminatedKey(element: number): CodecError {
  return new CodecError("Unterminated BSON key", { offset: element + 1, expected: "a NUL", actual: "none" });
}
