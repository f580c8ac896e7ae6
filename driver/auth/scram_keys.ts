/** A hash function of SCRAM, as Web Crypto calls it. */
export type ScramHash = "SHA-1" | "SHA-256";

/** What a password is worth to one user of one server: enough to prove it and to check the server. */
export interface ScramKeys {
  readonly clientKey: Uint8Array<ArrayBuffer>;
  readonly serverKey: Uint8Array<ArrayBuffer>;
}

/** What {@linkcode ScramKeys} depend on. */
export interface ScramSecret {
  readonly hash: ScramHash;
  /** Prepared for the mechanism. */
  readonly password: string;
  /** As the server sends it, in base 64. */
  readonly salt: string;
  readonly iterations: number;
}

/** Users with their own salt on a few deployments; more only cost computing again. */
const MAX_CACHED_KEYS = 64;
const cache = new Map<string, Promise<ScramKeys>>();

/** Gives the keys of `secret`, computed once: the many iterations are what makes connecting slow. */
export function scramKeys(secret: ScramSecret): Promise<ScramKeys> {
  const key = JSON.stringify([secret.hash, secret.password, secret.salt, secret.iterations]);
  const cached = cache.get(key);
  if (cached !== undefined) return cached;
  const keys = deriveKeys(secret);
  keys.catch(() => cache.delete(key));
  if (cache.size >= MAX_CACHED_KEYS) cache.delete(cache.keys().next().value!);
  cache.set(key, keys);
  return keys;
}

async function deriveKeys({ hash, password, salt, iterations }: ScramSecret): Promise<ScramKeys> {
  const key = await crypto.subtle.importKey("raw", utf8(password), "PBKDF2", false, ["deriveBits"]);
  const bits = hash === "SHA-1" ? 160 : 256;
  const parameters = { name: "PBKDF2", hash, salt: fromBase64(salt), iterations };
  const salted = new Uint8Array(await crypto.subtle.deriveBits(parameters, key, bits));
  return {
    clientKey: await hmac(hash, salted, "Client Key"),
    serverKey: await hmac(hash, salted, "Server Key"),
  };
}

/** HMAC of a text. */
export async function hmac(
  hash: ScramHash,
  key: Uint8Array<ArrayBuffer>,
  text: string,
): Promise<Uint8Array<ArrayBuffer>> {
  const imported = await crypto.subtle.importKey("raw", key, { name: "HMAC", hash }, false, ["sign"]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", imported, utf8(text)));
}

function utf8(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
