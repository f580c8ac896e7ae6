import { assert, assertEquals, assertInstanceOf, assertRejects } from "@std/assert";
import { createServer, type Server } from "node:tls";
import { MongoNetworkError } from "../../../driver/error.ts";
import { dial } from "../../../driver/transport/dial.ts";
import { isTlsFault } from "../../../driver/transport/network_error.ts";
import type { TlsOptions } from "../../../driver/transport/transport.ts";
import { authority, type Identity, identity } from "./certificates.ts";
import { Recorder } from "./recorder.ts";

const CA: TlsOptions = { caCerts: [authority("ca")] };

/** Dials a server with this certificate, once. */
async function dialOnce(server: Identity, tls: TlsOptions, host = "localhost"): Promise<void> {
  using listener = Deno.listenTls({ hostname: "127.0.0.1", port: 0, ...identity(server) });
  const serving = listener.accept().then(async (conn) => {
    using _ = conn;
    // What the server thinks of the handshake is not looked at.
    await (conn as Deno.TlsConn).handshake().then(() => conn.read(new Uint8Array(1))).catch(() => {});
  });
  try {
    const stream = await dial({ kind: "tcp", host, port: listener.addr.port }, { tls });
    stream.close();
  } finally {
    listener.close();
    await serving.catch(() => {});
  }
}

async function dialError(server: Identity, tls: TlsOptions): Promise<string> {
  const error = await assertRejects(() => dialOnce(server, tls), MongoNetworkError);
  assert(isTlsFault(error), error.message);
  const match = /^Cannot connect to localhost:\d+: ([^(]*) \(.+\)$/.exec(error.message);
  return match?.[1] ?? error.message;
}

const ACCEPTED: [name: string, server: Identity, tls: TlsOptions, host?: string][] = [
  ["a server of a known authority", "server", CA],
  ["a server by its IP address", "server", CA, "127.0.0.1"],
  ["a server of the second of two authorities", "server", { caCerts: [authority("other_ca"), authority("ca")] }],
  ["a client certificate", "server", { ...CA, ...identity("client") }],
  ["a server of another host, if told so", "other_host", { ...CA, allowInvalidHostnames: true }],
  [
    "a server of another host with a client certificate, if told so",
    "other_host",
    { ...CA, ...identity("client"), allowInvalidHostnames: true },
  ],
  ["a server by another name", "other_host", { ...CA, serverName: "db.example.com" }],
  [
    "a server by another name with a client certificate",
    "other_host",
    { ...CA, ...identity("client"), serverName: "db.example.com" },
  ],
  [
    "a server of a third name with a client certificate, if told so",
    "other_host",
    { ...CA, ...identity("client"), serverName: "third.example.com", allowInvalidHostnames: true },
  ],
  ["a server of an unknown authority, if told so", "server", { allowInvalidCertificates: true }],
  ["an expired certificate, if told so", "expired", { ...CA, allowInvalidCertificates: true }],
  ["another host's certificate, if any is accepted", "other_host", { allowInvalidCertificates: true }],
  [
    "any certificate, with one of its own",
    "server",
    { ...identity("client"), allowInvalidCertificates: true, allowInvalidHostnames: true },
  ],
];

for (const [name, ...how] of ACCEPTED) {
  Deno.test(`dial() with TLS accepts ${name}`, () => dialOnce(...how));
}

const UNTRUSTED = "The server's certificate is not signed by an authority of tlsCAFile, or of the system";
/** All that `node:tls` lets out. */
const UNVERIFIED = "The server's certificate has expired, or is not signed by an authority of tlsCAFile";
const OTHER_HOST = "The server's certificate is for another host";
const NODE_TLS: TlsOptions = { ...identity("client"), serverName: "localhost" };

const REFUSED: [name: string, server: Identity, tls: TlsOptions, message: string][] = [
  ["an unknown authority", "server", { caCerts: [authority("other_ca")] }, UNTRUSTED],
  ["an unknown authority where none is given", "server", {}, UNTRUSTED],
  ["an unknown authority, by node:tls", "server", { ...NODE_TLS, caCerts: [authority("other_ca")] }, UNVERIFIED],
  ["another host", "other_host", CA, OTHER_HOST],
  ["another host, by node:tls", "other_host", { ...CA, ...NODE_TLS }, OTHER_HOST],
  ["another server name", "server", { ...CA, serverName: "db.example.com" }, OTHER_HOST],
  ["an expired certificate", "expired", CA, "The server's certificate has expired"],
  ["an expired certificate, by node:tls", "expired", { ...CA, ...NODE_TLS }, UNVERIFIED],
  [
    "a client certificate of version 1",
    "server",
    { ...CA, ...identity("client_v1") },
    "A certificate of this connection is of X.509 version 1, expected version 3",
  ],
  [
    "a client certificate with the key of another",
    "server",
    { ...CA, cert: identity("client").cert, key: identity("server").key },
    "The private key in tlsCertificateKeyFile belongs to another certificate",
  ],
];

for (const [name, server, tls, message] of REFUSED) {
  Deno.test(`dial() with TLS refuses ${name} and says so`, async () => {
    assertEquals(await dialError(server, tls), message);
  });
}

Deno.test("dial() with TLS says that a server does not speak it", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const serving = listener.accept().then(async (conn) => {
    await conn.write(new TextEncoder().encode("HTTP/1.1 400 Bad Request\r\n\r\n"));
    return conn;
  });
  const { port } = listener.addr;
  const error = await assertRejects(
    () => dial({ kind: "tcp", host: "localhost", port }, { tls: CA }),
    MongoNetworkError,
  );
  assert(error.message.includes(`localhost:${port}: The server does not speak TLS (`), error.message);
  (await serving).close();
});

for (
  const [kind, own] of Object.entries<TlsOptions>({
    "Deno.startTls": CA,
    "node:tls": { allowInvalidCertificates: true },
  })
) {
  Deno.test(`dial() by ${kind} leads to an error that says that a client certificate is required`, async () => {
    await using server = await demandingServer();
    const error = await handshakeError(server.port, own);
    assert(error.message.includes("The server requires a client certificate (tlsCertificateKeyFile)"), error.message);
    assert(isTlsFault(error));
  });
}

/** With TLS 1.3 a server looks at the client's certificate when the client is done: dialling may well succeed. */
async function handshakeError(port: number, tls: TlsOptions): Promise<Error> {
  try {
    const stream = await dial({ kind: "tcp", host: "localhost", port }, { tls });
    const recorder = new Recorder();
    stream.start(recorder);
    await recorder.closed();
    const [error] = recorder.closes;
    assertInstanceOf(error, MongoNetworkError);
    return error;
  } catch (error) {
    assertInstanceOf(error, MongoNetworkError);
    return error;
  }
}

/** A server that demands a certificate of the test authority; the runtime's own listeners cannot. */
async function demandingServer(): Promise<AsyncDisposable & { port: number }> {
  const options = { ...identity("server"), ca: authority("ca"), requestCert: true, rejectUnauthorized: true };
  const server: Server = createServer(options, (socket) => socket.on("error", () => {}));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new TypeError("A TCP server has a TCP address");
  return {
    port: address.port,
    [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
