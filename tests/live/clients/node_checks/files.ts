import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";

import type { Check } from "../client_report.ts";
import { emptyCollection, errorOf, type NodeContext } from "../node_context.ts";
import type { GridFSBucket } from "../node_driver.ts";

/** Bytes that do not compress to nothing and are the same in every run. */
function noise(length: number): Buffer {
  const bytes = Buffer.alloc(length);
  let state = 1;
  for (let i = 0; i < length; i++) bytes[i] = (state = (state * 48271) % 2147483647) & 255;
  return bytes;
}

function sha256(...parts: Uint8Array[]): string {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest("hex");
}

function upload(bucket: GridFSBucket, name: string, bytes: Uint8Array): Promise<unknown> {
  const stream = bucket.openUploadStream(name, { metadata: { kind: "noise" } });
  return new Promise((resolve, reject) => {
    stream.once("finish", resolve);
    stream.once("error", reject);
    stream.end(bytes);
  });
}

async function download(bucket: GridFSBucket, name: string, options: { start?: number; end?: number } = {}) {
  const parts = await Array.fromAsync(bucket.openDownloadStreamByName(name, options));
  return [parts.reduce((sum, part) => sum + part.length, 0), sha256(...parts)];
}

/** The largest documents, and files of several megabytes. */
export const fileChecks: Record<string, Check<NodeContext>> = {
  "GridFS": async (context) => {
    await Promise.all(["fs.files", "fs.chunks"].map((name) => errorOf(context.db.collection(name).drop())));
    const bucket = new context.driver.module.GridFSBucket(context.db);
    const bytes = noise(5_000_000);
    await upload(bucket, "noise.bin", bytes);
    return [
      await download(bucket, "noise.bin"),
      await download(bucket, "noise.bin", { start: 1_000_000, end: 1_300_000 }),
      await bucket.find({}).toArray().then((files) =>
        files.map(({ length, chunkSize, metadata }) => [length, chunkSize, metadata])
      ),
      await errorOf(download(bucket, "missing.bin")),
    ];
  },
  "document of 16 MB": async (context) => {
    const items = await emptyCollection(context, "large");
    const { Binary } = context.driver.module;
    // A document of exactly maxBsonObjectSize: 4 for its length, 9 for _id, 12 before the bytes, 1 at the end.
    const bytes = noise(16 * 1024 * 1024 - 26);
    await items.insertOne({ _id: 1, bytes: new Binary(bytes) });
    const found = await items.findOne({ _id: 1 });
    const read = (found?.bytes as { buffer: Uint8Array }).buffer.subarray(0, bytes.length);
    const size = await items.aggregate([{ $project: { size: { $bsonSize: "$$ROOT" } } }]).toArray();
    const result = [read.length, sha256(read) === sha256(bytes), size];
    await items.drop();
    return result;
  },
  "document past 16 MB": async (context) => {
    const items = await emptyCollection(context, "too_large");
    const { Binary } = context.driver.module;
    const refused = await errorOf(items.insertOne({ _id: 1, bytes: new Binary(noise(16 * 1024 * 1024)) }));
    return [refused, await items.countDocuments({})];
  },
};
