import { formatHostAddress, type HostAddress } from "../../../driver/address.ts";
import { denoTransport } from "../../../driver/transport/deno_transport.ts";
import type { Stream, TlsOptions, Transport } from "../../../driver/transport/transport.ts";
import { authority, identity } from "./certificates.ts";
import { Peer } from "./peer.ts";
import { Recorder } from "./recorder.ts";
import { TRANSPORTS } from "./transports.ts";

/** What a stream runs on; `accepted` is one that a listener gave, the others were dialled. */
export interface StreamKind {
  readonly medium: Medium;
  readonly transport: Transport;
}

type PlainMedium = "tcp" | "accepted" | "unix";
type Medium = PlainMedium | "tls" | "tls with a client certificate" | "node:tls";

const PLAIN: readonly PlainMedium[] = ["tcp", "accepted", "unix"];
const TLS: readonly Medium[] = ["tls", "tls with a client certificate", "node:tls"];

const KINDS: readonly StreamKind[] = [
  ...TRANSPORTS.flatMap((transport) => PLAIN.map((medium) => ({ medium, transport }))),
  ...TLS.map((medium) => ({ medium, transport: denoTransport })),
];

/** A started stream and the raw other end. */
export interface StreamPair extends AsyncDisposable {
  readonly stream: Stream;
  readonly recorder: Recorder;
  readonly peer: Peer;
  /** What the stream should call its peer. */
  readonly address: string;
}

type OpenPair = Pick<StreamPair, "stream" | "peer" | "address">;

/** Registers a test for every kind of stream. */
export function eachStreamKind(name: string, run: (kind: StreamKind) => Promise<void>): void {
  for (const kind of KINDS) {
    Deno.test(`Stream on ${kind.medium} of ${kind.transport.name} ${name}`, () => run(kind));
  }
}

/** Opens a stream of a kind, and starts it. */
export async function openPair({ medium, transport }: StreamKind): Promise<StreamPair> {
  const open =
    await (medium === "accepted"
      ? accepted(transport)
      : medium === "unix"
      ? overUnix(transport)
      : overTcp(transport, tlsOptions(medium)));
  const recorder = new Recorder();
  open.stream.start(recorder);
  return {
    ...open,
    recorder,
    async [Symbol.asyncDispose]() {
      open.stream.close();
      open.peer[Symbol.dispose]();
      await recorder.closed();
    },
  };
}

function tlsOptions(medium: Exclude<Medium, "accepted" | "unix">): TlsOptions | undefined {
  const caCerts = [authority("ca")];
  switch (medium) {
    case "tcp":
      return undefined;
    case "tls":
      return { caCerts };
    case "tls with a client certificate":
      return { caCerts, ...identity("client") };
    case "node:tls":
      return { allowInvalidCertificates: true };
  }
}

async function overTcp(transport: Transport, tls: TlsOptions | undefined): Promise<OpenPair> {
  const local = { hostname: "127.0.0.1", port: 0 };
  using listener = tls === undefined ? Deno.listen(local) : Deno.listenTls({ ...local, ...identity("server") });
  const address: HostAddress = { kind: "tcp", host: local.hostname, port: listener.addr.port };
  const [stream, conn] = await Promise.all([
    transport.dial(address, tls === undefined ? {} : { tls }),
    accept(listener),
  ]);
  return { stream, peer: new Peer(conn), address: formatHostAddress(address) };
}

async function accept(listener: Deno.Listener): Promise<Deno.Conn> {
  const conn = await listener.accept();
  if ("handshake" in conn) await (conn as Deno.TlsConn).handshake();
  return conn;
}

async function overUnix(transport: Transport): Promise<OpenPair> {
  const folder = await Deno.makeTempDir({ prefix: "torana-stream-" });
  try {
    const path = `${folder}/socket`;
    using listener = Deno.listen({ transport: "unix", path });
    const [stream, conn] = await Promise.all([transport.dial({ kind: "unix", path }), listener.accept()]);
    return { stream, peer: new Peer(conn), address: path };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function accepted(transport: Transport): Promise<OpenPair> {
  const { promise, resolve, reject } = Promise.withResolvers<Stream>();
  const listener = transport.listen({ kind: "tcp", host: "127.0.0.1", port: 0 }, {}, resolve, reject);
  try {
    const { address } = listener;
    if (address.kind !== "tcp") throw new TypeError("A TCP listener has a TCP address");
    const conn = await Deno.connect({ hostname: address.host, port: address.port });
    return { stream: await promise, peer: new Peer(conn), address: `127.0.0.1:${conn.localAddr.port}` };
  } finally {
    listener.close();
  }
}
