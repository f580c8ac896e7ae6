import type { MongoClientOptions } from "./client_options.ts";
import { MongoParseError } from "./error.ts";
import type { TlsOptions } from "./transport/transport.ts";

/** Reads a file's text; for tests. */
export type ReadTextFile = (path: string) => Promise<string>;

/**
 * Makes TLS settings of the options that name files. `null` without TLS.
 * Throws `MongoParseError` if a file cannot be read or holds no certificate and key.
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
    ...(ca === null ? {} : { caCerts: pemBlocks(ca, /CERTIFICATE/) }),
    ...(pem === null ? {} : clientIdentity(pem, options)),
    allowInvalidCertificates: isInsecure || (options.tlsAllowInvalidCertificates ?? false),
    allowInvalidHostnames: isInsecure || (options.tlsAllowInvalidHostnames ?? false),
  };
}

async function read(option: string, path: string, readTextFile: ReadTextFile): Promise<string> {
  try {
    return await readTextFile(path);
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new MongoParseError(`${option} ${path} cannot be read: ${message}`, { cause });
  }
}

function clientIdentity(pem: string, options: MongoClientOptions): Pick<TlsOptions, "cert" | "key"> {
  const path = options.tlsCertificateKeyFile;
  const certificates = pemBlocks(pem, /CERTIFICATE/);
  const [key] = pemBlocks(pem, /PRIVATE KEY/);
  if (certificates.length === 0 || key === undefined) {
    const missing = key === undefined ? "private key" : "certificate";
    throw new MongoParseError(`tlsCertificateKeyFile ${path} holds no ${missing}, expected both as PEM`);
  }
  if (/ENCRYPTED/.test(key)) {
    throw new MongoParseError(
      `tlsCertificateKeyFile ${path} holds an encrypted private key, expected one without a password`,
    );
  }
  return { cert: certificates.join("\n"), key };
}

function pemBlocks(text: string, label: RegExp): string[] {
  const blocks = text.match(/-----BEGIN [^-]+-----[\s\S]+?-----END [^-]+-----/g) ?? [];
  return blocks.filter((block) => label.test(block.slice(0, block.indexOf("\n")))).map((block) => `${block}\n`);
}
