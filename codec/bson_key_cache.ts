import { decodeShortText, decodeText } from "./bson_text.ts";

/** A power of two. */
const SLOTS = 4096;
/** In how many slots a key may be, one after another. */
const PROBES = 4;
/** Longer keys are seldom seen twice. */
const MAX_KEY_BYTES = 48;

interface CachedKey {
  readonly text: string;
  readonly bytes: Uint8Array;
}

/** Bounded: where all slots of a key are taken, it takes the last one's place. */
const cached: (CachedKey | undefined)[] = new Array(SLOTS + PROBES).fill(undefined);
/** Hashes that were looked for in vain: a key that never comes again is not worth a slot. */
const missed = new Int32Array(SLOTS);

/**
 * Gives the text of a key that lies in `bytes` from `start` to `end` and has `hash`.
 *
 * Keys are mostly those of documents before. For these it is the very string that the engine has as a property's
 * name, which saves making one and the engine's own search for it.
 */
export function keyText(bytes: Uint8Array, start: number, end: number, hash: number): string {
  const first = (hash ^ (hash >>> 15)) & (SLOTS - 1);
  for (let slot = first; slot < first + PROBES; slot++) {
    const key = cached[slot];
    if (key === undefined) break;
    if (isSame(key.bytes, bytes, start, end)) return key.text;
  }
  return newKeyText(bytes, start, end, hash, first);
}

function newKeyText(bytes: Uint8Array, start: number, end: number, hash: number, first: number): string {
  const text = decodeShortText(bytes, start, end) ?? decodeText(bytes, start, end, false);
  if (missed[first] !== hash || end - start > MAX_KEY_BYTES) {
    missed[first] = hash;
    return text;
  }
  let slot = first;
  while (slot < first + PROBES - 1 && cached[slot] !== undefined) slot++;
  const name = propertyName(text);
  cached[slot] = { text: name, bytes: bytes.slice(start, end) };
  return name;
}

function propertyName(text: string): string {
  return Object.keys({ [text]: null })[0]!;
}

function isSame(key: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean {
  if (key.length !== end - start) return false;
  for (let i = 0; i < key.length; i++) {
    if (key[i] !== bytes[start + i]) return false;
  }
  return true;
}
