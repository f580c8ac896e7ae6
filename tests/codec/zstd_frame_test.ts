import { assertEquals } from "@std/assert";
import { createZstdCompress, zstdCompressSync } from "node:zlib";
import { isWholeZstdFrame } from "../../codec/zstd_frame.ts";

const FRAMES: Record<string, Uint8Array> = {
  "nothing": zstdCompressSync(new Uint8Array(0)),
  "text": zstdCompressSync(new TextEncoder().encode("hello world ".repeat(20))),
  "one byte often": zstdCompressSync(new Uint8Array(1_000_000)),
  "noise in several blocks": zstdCompressSync(noise(400_000)),
  "a content without declared size": await streamed(new TextEncoder().encode("hello ".repeat(40))),
};

function noise(length: number): Uint8Array {
  let state = 1;
  return Uint8Array.from({ length }, () => (state = state * 48271 % 0x7fffffff) & 0xff);
}

function streamed(bytes: Uint8Array): Promise<Uint8Array> {
  const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>();
  const parts: number[] = [];
  const stream = createZstdCompress();
  stream.on("data", (part: Uint8Array) => parts.push(...part));
  stream.on("end", () => resolve(Uint8Array.from(parts)));
  stream.on("error", reject);
  stream.end(bytes);
  return promise;
}

for (const [what, frame] of Object.entries(FRAMES)) {
  Deno.test(`isWholeZstdFrame() tells the end of a frame of ${what}`, () => {
    assertEquals(isWholeZstdFrame(frame), true);
    assertEquals(isWholeZstdFrame(Uint8Array.from([...frame, 0])), false);
    for (let missing = 1; missing <= Math.min(frame.length, 50); missing++) {
      assertEquals(isWholeZstdFrame(frame.subarray(0, -missing)), false, `${missing} bytes missing`);
    }
  });
}

Deno.test("isWholeZstdFrame() takes no other bytes for a frame", () => {
  assertEquals(isWholeZstdFrame(new Uint8Array(0)), false);
  assertEquals(isWholeZstdFrame(new Uint8Array(40)), false);
});
