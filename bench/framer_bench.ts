// Framing and compression of messages, each beside a baseline that copies the same bytes.
import { serialize } from "bson";
import { crc32c } from "../codec/crc32c.ts";
import { MessageFramer } from "../codec/framer.ts";
import { compressMessage, decompressMessage } from "../codec/op_compressed.ts";
import { encodeOpMsg } from "../codec/op_msg.ts";

const SMALL = encodeOpMsg({ requestId: 1, body: serialize({ find: "films", filter: { _id: 7 }, $db: "shop" }) });
const MANY = repeated(SMALL, 100);
const batch = Array.from({ length: 2500 }, (_, index) => ({
  _id: index,
  name: `Customer ${index}`,
  email: `customer${index}@example.com`,
  total: index * 3.5,
}));
const LARGE = encodeOpMsg({ requestId: 1, body: serialize({ cursor: { firstBatch: batch, id: 0 }, ok: 1 }) });
const CHUNK_BYTES = 65_536;

function repeated(message: Uint8Array, count: number): Uint8Array {
  const bytes = new Uint8Array(message.length * count);
  for (let index = 0; index < count; index++) bytes.set(message, index * message.length);
  return bytes;
}

function chunks(bytes: Uint8Array, size: number): Uint8Array[] {
  const count = Math.ceil(bytes.length / size);
  return Array.from({ length: count }, (_, index) => bytes.slice(index * size, (index + 1) * size));
}

const framer = new MessageFramer();

function frame(parts: readonly Uint8Array[]): number {
  let count = 0;
  for (const part of parts) {
    framer.push(part);
    while (framer.next() !== null) count++;
  }
  return count;
}

function benchFraming(group: string, parts: readonly Uint8Array[]): void {
  Deno.bench("copy the chunks", { group, baseline: true }, () => {
    for (const part of parts) part.slice();
  });
  Deno.bench("MessageFramer", { group }, () => {
    frame(parts);
  });
}

benchFraming(`one message of ${SMALL.length} bytes, in one chunk`, [SMALL]);
benchFraming(`one message of ${SMALL.length} bytes, in two chunks`, chunks(SMALL, 40));
benchFraming("100 messages in one chunk", [MANY]);
benchFraming(`one message of ${LARGE.length} bytes, in chunks of ${CHUNK_BYTES}`, chunks(LARGE, CHUNK_BYTES));

for (const [size, message] of [[SMALL.length, SMALL], [LARGE.length, LARGE]] as const) {
  Deno.bench("copy", { group: `compress ${size} bytes`, baseline: true }, () => {
    message.slice();
  });
  Deno.bench("copy", { group: `decompress to ${size} bytes`, baseline: true }, () => {
    message.slice();
  });
  for (const compressor of ["snappy", "zlib", "zstd"] as const) {
    const compressed = compressMessage(message, compressor);
    Deno.bench(compressor, { group: `compress ${size} bytes` }, () => {
      compressMessage(message, compressor);
    });
    Deno.bench(compressor, { group: `decompress to ${size} bytes` }, () => {
      decompressMessage(compressed);
    });
  }
}

Deno.bench(`crc32c of ${LARGE.length} bytes`, () => {
  crc32c(LARGE);
});
