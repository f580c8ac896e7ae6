/** `ref_child.ts BACKEND KIND PORT ref|unref`: dials this port, prints `open`, writes a byte, and has nothing else to do. */
import { openTransport } from "../../../driver/transport/open_transport.ts";
import type { TlsOptions } from "../../../driver/transport/transport.ts";
import { authority } from "./certificates.ts";

const TLS: Record<string, TlsOptions> = {
  "tls": { caCerts: [authority("ca")] },
  "node:tls": { allowInvalidCertificates: true },
};

const [backend, kind = "", port, last] = Deno.args;
const tls = TLS[kind];
const transport = openTransport(backend === "epoll" ? "epoll" : "deno", { coalescingWindowMS: 0 });
const stream = await transport.dial(
  { kind: "tcp", host: "127.0.0.1", port: Number(port) },
  tls === undefined ? {} : { tls },
);
stream.start({ onBytes() {}, onDrain() {}, onClose: () => console.log("closed") });
stream.unref();
if (last === "ref") stream.ref();
console.log("open");
stream.write(new Uint8Array(1));
