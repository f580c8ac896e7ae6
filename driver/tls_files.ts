import { createPrivateKey, X509Certificate } from "node:crypto";
import type { MongoClientOptions } from "./client_options.ts";
import { MongoParseError } from "./error.ts";
import type { TlsOptions } from "./transport/transport.ts";

/** Reads a file's text; for tests. */
export type ReadTextFile = (path: string) => Promise<string>;

/**
 * Makes TLS settings of the options that name files. `null` without TLS.
 * Throws `MongoParseError` if a file cannot be read or decrypted, or holds no certificate and key.
 */
export async function readTlsOptions(
  options: MongoClientOptions,
  readTextFile: ReadTextFile = Deno.readTextFile,
): Promise<TlsOptions | null> {
  if (!options.tls) return null;
  const { tlsCAFile, tlsCertificateKeyFile } = options;
  const ca = tlsCAFile === undefined ? null : await read("tlsCAFile", tlsCAFile, readTextFile);
  const pem = tlsCertificateKeyFile === undefined
    ? null
    : await read("tlsCertificateKeyFile", tlsCertificateKeyFile, readTextFile);
  const isInsecure = options.tlsInsecure ?? false;
  return {
    ...(ca === null ? {} : { caCerts: certificates(ca) }),
    ...(pem === null ? {} : clientIdentity(pem, options.tlsCertificateKeyFilePassword)),
    allowInvalidCertificates: isInsecure || (options.tlsAllowInvalidCertificates ?? false),
    allowInvalidHostnames: isInsecure || (options.tlsAllowInvalidHostnames ?? false),
  };
}

/** A file's text, and how messages call it. */
interface PemFile {
  readonly name: string;
  readonly text: string;
}

async function read(option: string, path: string, readTextFile: ReadTextFile): Promise<PemFile> {
  const name = `${option} ${path}`;
  try {
    return { name, text: await readTextFile(path) };
  } catch (cause) {
    throw new MongoParseError(`${name} cannot be read: ${messageOf(cause)}`, { cause });
  }
}

/** All certificates of a file, each known to be readable. */
function certificates({ name, text }: PemFile): string[] {
  const blocks = pemBlocks(text, /^-----BEGIN (?:X509 )?CERTIFICATE-----/);
  if (blocks.length === 0) throw new MongoParseError(`${name} holds no certificate, expected at least one as PEM`);
  for (const [index, block] of blocks.entries()) {
    try {
      new X509Certificate(block);
    } catch (cause) {
      const which = `certificate ${index + 1} of ${blocks.length}`;
      throw new MongoParseError(`${name} cannot be used: ${which} is not readable: ${messageOf(cause)}`, { cause });
    }
  }
  return blocks;
}

function clientIdentity(file: PemFile, password: string | undefined): Pick<TlsOptions, "cert" | "key"> {
  const cert = certificates(file).join("");
  const [key] = pemBlocks(file.text, /^-----BEGIN (?:\w+ )*PRIVATE KEY-----/);
  if (key === undefined) {
    throw new MongoParseError(`${file.name} holds no private key, expected one as PEM beside the certificate`);
  }
  return { cert, key: /BEGIN ENCRYPTED|^Proc-Type: 4,ENCRYPTED/m.test(key) ? decrypt(key, file.name, password) : key };
}

/** The key without its password, as PKCS #8. */
function decrypt(key: string, name: string, password: string | undefined): string {
  if (password === undefined) {
    throw new MongoParseError(`${name} holds an encrypted private key, expected tlsCertificateKeyFilePassword with it`);
  }
  try {
    return String(createPrivateKey({ key, passphrase: password }).export({ type: "pkcs8", format: "pem" }));
  } catch (cause) {
    const message = `tlsCertificateKeyFilePassword does not decrypt the private key of ${name}: ${messageOf(cause)}`;
    throw new MongoParseError(message, { cause });
  }
}

function pemBlocks(text: string, label: RegExp): string[] {
  const blocks = text.match(/-----BEGIN [^-]+-----[\s\S]+?-----END [^-]+-----/g) ?? [];
  return blocks.filter((block) => label.test(block)).map((block) => `${block}\n`);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
