import { Buffer } from "node:buffer";
import { MongoAuthError } from "../error.ts";
import { hmac, type ScramHash, scramKeys } from "./scram_keys.ts";

/** Who a {@linkcode ScramClient} speaks for. */
export interface ScramUser {
  readonly hash: ScramHash;
  /** As the user gave it: MongoDB does not prepare user names. */
  readonly username: string;
}

/** Fewer iterations than these would make the exchange worth recording (authentication specification). */
const MIN_ITERATIONS = 4096;
const NONCE_BYTES = 24;
/** The header `n,,`, no channel binding, in base 64. */
const CHANNEL_BINDING = "biws";

type ScramState =
  | { readonly kind: "started" }
  | { readonly kind: "proved"; readonly serverSignature: Uint8Array }
  | { readonly kind: "verified" };

/**
 * The client's side of one SCRAM exchange (RFC 5802, RFC 7677), texts in and texts out.
 * Throws `MongoAuthError` as soon as the server says something that does not fit.
 *
 * ```ts ignore
 * const scram = new ScramClient({ hash: "SHA-256", username: "user" });
 * const final = await scram.prove(await send(scram.first), "pencil");
 * scram.verify(await send(final));
 * ```
 */
export class ScramClient {
  /** The first message. */
  readonly first: string;
  readonly #hash: ScramHash;
  readonly #firstBare: string;
  readonly #nonce: string;
  #state: ScramState = { kind: "started" };

  /** `nonce` is for tests; it is random otherwise. */
  constructor({ hash, username }: ScramUser, nonce: string = randomNonce()) {
    this.#hash = hash;
    this.#nonce = nonce;
    this.#firstBare = `n=${username.replaceAll("=", "=3D").replaceAll(",", "=2C")},r=${nonce}`;
    this.first = `n,,${this.#firstBare}`;
  }

  /** Takes the server's first message and the prepared password, and gives the proof that answers it. */
  async prove(serverFirst: string, password: string): Promise<string> {
    if (this.#state.kind !== "started") throw new MongoAuthError(`SCRAM proof is asked for when ${this.#state.kind}`);
    const { nonce, salt, iterations } = parseServerFirst(serverFirst, this.#nonce);
    const hash = this.#hash;
    const { clientKey, serverKey } = await scramKeys({ hash, password, salt, iterations });
    const withoutProof = `c=${CHANNEL_BINDING},r=${nonce}`;
    const authMessage = `${this.#firstBare},${serverFirst},${withoutProof}`;
    const storedKey = new Uint8Array(await crypto.subtle.digest(hash, clientKey));
    const clientSignature = await hmac(hash, storedKey, authMessage);
    this.#state = { kind: "proved", serverSignature: await hmac(hash, serverKey, authMessage) };
    const proof = clientKey.map((byte, index) => byte ^ clientSignature[index]!);
    return `${withoutProof},p=${Buffer.from(proof).toString("base64")}`;
  }

  /** Takes the server's last message, which proves that the server knows the user as well. */
  verify(serverFinal: string): void {
    const state = this.#state;
    if (state.kind !== "proved") throw new MongoAuthError(`SCRAM server signature came when ${state.kind}`);
    const { v, e } = attributes(serverFinal);
    if (e !== undefined) throw new MongoAuthError(`Server refused the SCRAM proof: ${e}`);
    if (v === undefined || !isEqual(Buffer.from(v, "base64"), state.serverSignature)) {
      throw new MongoAuthError("Server signature of SCRAM is wrong, so the server does not know the password");
    }
    this.#state = { kind: "verified" };
  }
}

function randomNonce(): string {
  return Buffer.from(crypto.getRandomValues(new Uint8Array(NONCE_BYTES))).toString("base64");
}

function parseServerFirst(message: string, clientNonce: string) {
  const { m, e, r: nonce = "", s: salt = "", i = "" } = attributes(message);
  if (e !== undefined) throw new MongoAuthError(`Server refused SCRAM: ${e}`);
  if (m !== undefined) throw new MongoAuthError("Server asks for a SCRAM extension, expected none");
  if (!nonce.startsWith(clientNonce) || nonce.length === clientNonce.length) {
    throw new MongoAuthError("SCRAM nonce of the server does not continue ours");
  }
  if (!/^[A-Za-z\d+/]+={0,2}$/.test(salt)) throw new MongoAuthError("SCRAM salt of the server is not base 64");
  const iterations = /^\d{1,9}$/.test(i) ? Number(i) : 0;
  if (iterations < MIN_ITERATIONS) {
    throw new MongoAuthError(
      `SCRAM iteration count of the server is ${iterations}, expected at least ${MIN_ITERATIONS}`,
    );
  }
  return { nonce, salt, iterations };
}

/** Splits `a=value,b=value`; of a repeated name the first counts. */
function attributes(message: string): Readonly<Record<string, string | undefined>> {
  const result: Record<string, string> = {};
  for (const attribute of message.split(",")) {
    const match = /^([a-z])=(.*)$/s.exec(attribute);
    if (match !== null) result[match[1]!] ??= match[2]!;
  }
  return result;
}

/** Takes the same time wherever the difference is. */
function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let index = 0; index < a.length; index++) difference |= a[index]! ^ b[index]!;
  return difference === 0;
}
