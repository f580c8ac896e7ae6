import { formatHostAddress, type HostAddress } from "../../../driver/address.ts";
import { denoTransport } from "../../../driver/transport/deno_transport.ts";
import type { Stream, TlsOptions } from "../../../driver/transport/transport.ts";
import { authority, identity } from "./certificates.ts";
import { Peer } from "./peer.ts";
import { Recorder } from "./recorder.ts";

/** What a stream runs on; `accepted` is one that a listener gave, the others were dialled. */
export type StreamKind = "tcp" | "accepted" | "unix" | "tls" | "tls with a client certificate" | "node:tls";

const KINDS: readonly StreamKind[] = ["tcp", "accepted", "unix", "tls", "tls with a client certificate", "node:tls"];

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
  for (const kind of KINDS) Deno.test(`Stream on ${kind} ${name}`, () => run(kind));
}

/** Opens a stream of a kind, and starts it. */
export async function openPair(kind: StreamKind): Promise<StreamPair> {
  const open = await (kind === "accepted" ? accepted() : kind === "unix" ? overUnix() : overTcp(tlsOptions(kind)));
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

function tlsOptions(kind: Exclude<StreamKind, "accepted" | "unix">): TlsOptions | undefined {
  const caCerts = [authority("ca")];
  switch (kind) {
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

async function overTcp(tls: TlsOptions | undefined): Promise<OpenPair> {
  const local = { hostname: "127.0.0.1", port: 0 };
  using listener = tls === undefined ? Deno.listen(local) : Deno.listenTls({ ...local, ...identity("server") });
  const address: HostAddress = { kind: "tcp", host: local.hostname, port: listener.addr.port };
  const [stream, conn] = await Promise.all([
    denoTransport.dial(address, tls === undefined ? {} : { tls }),
    accept(listener),
  ]);
  return { stream, peer: new Peer(conn), address: formatHostAddress(address) };
}

async function accept(listener: Deno.Listener): Promise<Deno.Conn> {
  const conn = await listener.accept();
  if ("handshake" in conn) await (conn as Deno.TlsConn).handshake();
  return conn;
}

async function overUnix(): Promise<OpenPair> {
  const folder = await Deno.makeTempDir({ prefix: "torana-stream-" });
  try {
    const path = `${folder}/socket`;
    using listener = Deno.listen({ transport: "unix", path });
    const [stream, conn] = await Promise.all([denoTransport.dial({ kind: "unix", path }), listener.accept()]);
    return { stream, peer: new Peer(conn), address: path };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function accepted(): Promise<OpenPair> {
  const { promise, resolve, reject } = Promise.withResolvers<Stream>();
  const listener = denoTransport.listen({ kind: "tcp", host: "127.0.0.1", port: 0 }, {}, resolve, reject);
  try {
    const { address } = listener;
    if (address.kind !== "tcp") throw new TypeError("A TCP listener has a TCP address");
    const conn = await Deno.connect({ hostname: address.host, port: address.port });
    return { stream: await promise, peer: new Peer(conn), address: `127.0.0.1:${conn.localAddr.port}` };
  } finally {
    listener.close();
  }
}
