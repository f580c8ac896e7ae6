/** `ref_child.ts KIND PORT ref|unref`: dials this port, prints `open`, writes a byte, and has nothing else to do. */
import { dial } from "../../../driver/transport/dial.ts";
import type { TlsOptions } from "../../../driver/transport/transport.ts";
import { authority } from "./certificates.ts";

const TLS: Record<string, TlsOptions> = {
  "tls": { caCerts: [authority("ca")] },
  "node:tls": { allowInvalidCertificates: true },
};

const [kind = "", port, last] = Deno.args;
const tls = TLS[kind];
const stream = await dial({ kind: "tcp", host: "127.0.0.1", port: Number(port) }, tls === undefined ? {} : { tls });
stream.start({ onBytes() {}, onDrain() {}, onClose: () => console.log("closed") });
stream.unref();
if (last === "ref") stream.ref();
console.log("open");
stream.write(new Uint8Array(1));
