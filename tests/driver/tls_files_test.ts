import { assert, assertEquals, assertRejects } from "@std/assert";
import { createPrivateKey } from "node:crypto";
import type { MongoClientOptions } from "../../driver/client_options.ts";
import { MongoParseError } from "../../driver/error.ts";
import { readTlsOptions } from "../../driver/tls_files.ts";
import { authority, certificatePath, identity } from "./transport/certificates.ts";

const KEY_FILE = certificatePath("client");

function readFrom(files: Record<string, string>, options: MongoClientOptions) {
  return readTlsOptions({ tls: true, ...options }, (path) => {
    const text = files[path];
    return text === undefined ? Promise.reject(new Error("No such file")) : Promise.resolve(text);
  });
}

async function messageOf(files: Record<string, string>, options: MongoClientOptions): Promise<string> {
  return (await assertRejects(() => readFrom(files, options), MongoParseError)).message;
}

/** A private key as what it is, however it is written. */
function der(key: string | undefined): Uint8Array {
  return new Uint8Array(createPrivateKey(key ?? "").export({ type: "pkcs8", format: "der" }));
}

Deno.test("readTlsOptions() has nothing to read without TLS", async () => {
  assertEquals(await readTlsOptions({ tlsCAFile: "/nowhere" }), null);
  assertEquals(await readTlsOptions({ tls: false }), null);
});

Deno.test("readTlsOptions() verifies everything unless told otherwise", async () => {
  const strict = { allowInvalidCertificates: false, allowInvalidHostnames: false };
  assertEquals(await readTlsOptions({ tls: true }), strict);
  const read = (options: MongoClientOptions) => readTlsOptions({ tls: true, ...options });
  assertEquals(await read({ tlsAllowInvalidCertificates: true }), { ...strict, allowInvalidCertificates: true });
  assertEquals(await read({ tlsAllowInvalidHostnames: true }), { ...strict, allowInvalidHostnames: true });
  const lax = { allowInvalidCertificates: true, allowInvalidHostnames: true };
  assertEquals(await read({ tlsInsecure: true }), lax);
});

Deno.test("readTlsOptions() reads files", async () => {
  const options = { tls: true, tlsCAFile: certificatePath("ca"), tlsCertificateKeyFile: KEY_FILE };
  const tls = await readTlsOptions(options);
  assertEquals(tls?.caCerts, [authority("ca")]);
  assertEquals([tls?.cert, tls?.key], [identity("client").cert, identity("client").key]);
});

Deno.test("readTlsOptions() reads every certificate of a CA file, and nothing else in it", async () => {
  const text = `About the first:\n${authority("ca")}\nAbout the other:\r\n${authority("other_ca")}${
    identity("client").key
  }`;
  const tls = await readFrom({ "/ca": text }, { tlsCAFile: "/ca" });
  assertEquals(tls?.caCerts, [authority("ca"), authority("other_ca")]);
});

Deno.test("readTlsOptions() takes a chain, and the key before it", async () => {
  const { cert, key } = identity("client");
  const tls = await readFrom({ "/pem": `${key}${cert}${authority("ca")}` }, { tlsCertificateKeyFile: "/pem" });
  assertEquals([tls?.cert, tls?.key], [cert + authority("ca"), key]);
});

for (const name of ["client_encrypted", "client_encrypted_sec1"]) {
  const tlsCertificateKeyFile = certificatePath(name);

  Deno.test(`readTlsOptions() decrypts the key of ${name}`, async () => {
    const tls = await readTlsOptions({ tls: true, tlsCertificateKeyFile, tlsCertificateKeyFilePassword: "secret" });
    assert(tls?.key?.startsWith("-----BEGIN PRIVATE KEY-----"));
    assertEquals(der(tls?.key), der(identity("client").key));
    assertEquals(tls?.cert, identity("client").cert);
  });

  Deno.test(`readTlsOptions() says that the password of ${name} is wrong, and does not tell it`, async () => {
    for (const tlsCertificateKeyFilePassword of ["hunter2", ""]) {
      const options = { tls: true, tlsCertificateKeyFile, tlsCertificateKeyFilePassword };
      const { message } = await assertRejects(() => readTlsOptions(options), MongoParseError);
      const start = "tlsCertificateKeyFilePassword does not decrypt the private key of tlsCertificateKeyFile ";
      assert(message.startsWith(`${start}${tlsCertificateKeyFile}: `), message);
      assert(!message.includes("hunter2"));
    }
  });

  Deno.test(`readTlsOptions() says that ${name} needs a password`, async () => {
    const { message } = await assertRejects(
      () => readTlsOptions({ tls: true, tlsCertificateKeyFile }),
      MongoParseError,
    );
    assertEquals(
      message,
      `tlsCertificateKeyFile ${tlsCertificateKeyFile} holds an encrypted private key, ` +
        "expected tlsCertificateKeyFilePassword with it",
    );
  });
}

Deno.test("readTlsOptions() ignores the password of a key that has none", async () => {
  const options = { tls: true, tlsCertificateKeyFile: KEY_FILE, tlsCertificateKeyFilePassword: "needless" };
  assertEquals((await readTlsOptions(options))?.key, identity("client").key);
});

Deno.test("readTlsOptions() says which file cannot be used and why", async () => {
  const { cert, key } = identity("client");
  const garbage = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
  assertEquals(await messageOf({}, { tlsCAFile: "/ca" }), "tlsCAFile /ca cannot be read: No such file");
  assertEquals(
    await messageOf({}, { tlsCertificateKeyFile: "/pem" }),
    "tlsCertificateKeyFile /pem cannot be read: No such file",
  );
  assertEquals(
    await messageOf({ "/ca": key }, { tlsCAFile: "/ca" }),
    "tlsCAFile /ca holds no certificate, expected at least one as PEM",
  );
  const unreadable = await messageOf({ "/ca": authority("ca") + garbage }, { tlsCAFile: "/ca" });
  assert(unreadable.startsWith("tlsCAFile /ca cannot be used: certificate 2 of 2 is not readable: "), unreadable);
  assertEquals(
    await messageOf({ "/pem": cert }, { tlsCertificateKeyFile: "/pem" }),
    "tlsCertificateKeyFile /pem holds no private key, expected one as PEM beside the certificate",
  );
  assertEquals(
    await messageOf({ "/pem": key }, { tlsCertificateKeyFile: "/pem" }),
    "tlsCertificateKeyFile /pem holds no certificate, expected at least one as PEM",
  );
});
