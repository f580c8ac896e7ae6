import { assert, assertEquals, assertInstanceOf, assertNotEquals, assertRejects, assertThrows } from "@std/assert";
import { concat } from "@std/bytes";
import { Binary, Long, ObjectId } from "bson";
import type { Document } from "../../../codec/bson_types.ts";
import type { Collection } from "../../../driver/collection.ts";
import {
  MongoAPIError,
  MongoInvalidArgumentError,
  MongoOperationTimeoutError,
  MongoRuntimeError,
  MongoServerError,
} from "../../../driver/error.ts";
import { GridFSBucket, type GridFSBucketOptions } from "../../../driver/gridfs/gridfs_bucket.ts";
import { MongoGridFSChunkError, MongoGridFSStreamError } from "../../../driver/gridfs/gridfs_error.ts";
import type { GridFSBucketWriteStreamOptions } from "../../../driver/gridfs/gridfs_write_stream.ts";
import { MongoClient } from "../../../driver/mongo_client.ts";
import type { CommandStartedEvent } from "../../../driver/monitoring/command_event.ts";
import { chosenVersions, liveTest } from "../../support/live_test.ts";

const VERSIONS = chosenVersions(["6.0", "5.0"]);

/** An empty bucket, and what its client sends. */
interface Fixture extends AsyncDisposable {
  readonly client: MongoClient;
  readonly bucket: GridFSBucket;
  readonly files: Collection;
  readonly chunks: Collection;
  readonly started: CommandStartedEvent[];
  /** The commands of that name. */
  sent(name: string): Document[];
  /** Another bucket with the same collections. */
  again(options: GridFSBucketOptions): GridFSBucket;
  /** Stores a file that is written at once. */
  store(bytes: Uint8Array, options?: GridFSBucketWriteStreamOptions, filename?: string): Promise<ObjectId>;
}

let buckets = 0;

async function fixture(uri: string, options: GridFSBucketOptions = {}): Promise<Fixture> {
  const client = new MongoClient(uri);
  const db = client.db("gridfs");
  const bucketName = `bucket_${++buckets}`;
  const bucket = new GridFSBucket(db, { bucketName, ...options });
  await bucket.drop();
  const started: CommandStartedEvent[] = [];
  client.on("commandStarted", (event) => started.push(event));
  return {
    client,
    bucket,
    files: db.collection(`${bucketName}.files`),
    chunks: db.collection(`${bucketName}.chunks`),
    started,
    sent: (name) => started.filter(({ commandName }) => commandName === name).map(({ command }) => command),
    again: (more) => new GridFSBucket(db, { bucketName, ...more }),
    async store(bytes, more, filename = "file") {
      const stream = bucket.openUploadStream(filename, more);
      await writeAll(stream, [bytes]);
      return stream.id;
    },
    async [Symbol.asyncDispose]() {
      assertEquals(client.core.open.size, 0, "sessions and cursors are left open");
      await bucket.drop();
      await client.close();
    },
  };
}

/** Bytes that are not the same in any two chunks. */
function pattern(length: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length }, (_, i) => i * 7 + (i >> 8) * 13);
}

async function writeAll(stream: WritableStream<Uint8Array>, pieces: Iterable<Uint8Array>): Promise<void> {
  const writer = stream.getWriter();
  for (const piece of pieces) await writer.write(piece);
  await writer.close();
}

async function readAll(stream: ReadableStream<Uint8Array>): Promise<Uint8Array> {
  return concat(await Array.fromAsync(stream));
}

liveTest(
  "GridFSBucket gives back what it was given, around the borders of chunks",
  { versions: VERSIONS },
  async (live) => {
    await using f = await fixture((await live.replicaSet()).uri, { chunkSizeBytes: 100 });
    for (const length of [0, 1, 99, 100, 101, 199, 200, 201, 1000]) {
      const id = await f.store(pattern(length));
      assertEquals(await readAll(f.bucket.openDownloadStream(id)), pattern(length));
      const stored = await f.chunks.find({ files_id: id }).sort({ n: 1 }).toArray();
      assertEquals(stored.map(({ n, data }) => [n, data.length()]), sizes(length, 100));
    }
  },
);

function sizes(length: number, chunkSize: number): [number, number][] {
  return Array.from(
    { length: Math.ceil(length / chunkSize) },
    (_, n) => [n, Math.min(chunkSize, length - n * chunkSize)],
  );
}

liveTest("GridFSBucket stores what the specification says", { versions: ["6.0"] }, async (live) => {
  await using f = await fixture((await live.replicaSet()).uri);
  const before = new Date();
  const stream = f.bucket.openUploadStream("a file", { metadata: { of: "cat" } });
  assertEquals(stream.gridFSFile, null);
  await writeAll(stream, [new Uint8Array([1, 2]), new Uint8Array([3])]);
  const { id, filename, length, chunkSizeBytes, gridFSFile } = stream;
  assertEquals([filename, length, chunkSizeBytes], ["a file", 3, 255 * 1024]);
  const [file] = await f.files.find({}, { promoteValues: false }).toArray();
  assertEquals(Object.keys(file!), ["_id", "length", "chunkSize", "uploadDate", "filename", "metadata"]);
  assertInstanceOf(file!.length, Long);
  assertEquals(file!.chunkSize.valueOf(), 255 * 1024);
  assert(file!.uploadDate >= before && file!.uploadDate <= new Date());
  assertEquals(await f.bucket.find({ "metadata.of": "cat" }).toArray(), [gridFSFile!]);
  assertEquals(gridFSFile?._id, id);
  const [chunk] = await f.chunks.find().toArray();
  assertInstanceOf(chunk!._id, ObjectId);
  assertEquals({ ...chunk, _id: 0, data: chunk!.data.sub_type }, {
    _id: 0,
    files_id: id,
    n: 0,
    data: Binary.SUBTYPE_DEFAULT,
  });
});

liveTest(
  "GridFSBucket takes large files through pipes, and pieces of any size",
  { versions: VERSIONS },
  async (live) => {
    await using f = await fixture((await live.replicaSet()).uri);
    const bytes = pattern(40 * 1024 * 1024 + 17);
    const upload = f.bucket.openUploadStream("large");
    await new Blob([bytes]).stream().pipeTo(upload);
    assertEquals(upload.gridFSFile?.length, bytes.length);
    assertEquals(await f.chunks.countDocuments(), Math.ceil(bytes.length / (255 * 1024)));
    const copy = f.bucket.openUploadStream("copy", { chunkSizeBytes: 1024 * 1024 });
    await f.bucket.openDownloadStream(upload.id).pipeTo(copy);
    assertEquals(await digest(await readAll(f.bucket.openDownloadStream(copy.id))), await digest(bytes));
  },
);

async function digest(bytes: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes as Uint8Array<ArrayBuffer>));
}

liveTest(
  "GridFSBucketWriteStream lets its writer wait while chunks are on their way",
  { versions: ["6.0"] },
  async (live) => {
    await using f = await fixture((await live.replicaSet()).uri, { chunkSizeBytes: 1000 });
    const writer = f.bucket.openUploadStream("file").getWriter();
    await writer.ready;
    const write = writer.write(pattern(20_000));
    assertEquals(writer.desiredSize, -19_000);
    await write;
    // Four more may be on their way.
    assert(await f.chunks.countDocuments() >= 16);
    await writer.close();
    assertEquals(await f.chunks.countDocuments(), 20);
  },
);

liveTest("GridFSBucket keeps files of the same name apart by their revision", { versions: ["6.0"] }, async (live) => {
  await using f = await fixture((await live.replicaSet()).uri);
  for (const [i, n] of [1, 2, 3].entries()) {
    const id = await f.store(new Uint8Array([n]));
    await f.files.updateOne({ _id: id }, { $set: { uploadDate: new Date(i) } });
  }
  const wanted = [[undefined, 3], [-1, 3], [-2, 2], [-3, 1], [0, 1], [1, 2], [2, 3]] as const;
  for (const [revision, n] of wanted) {
    const stream = f.bucket.openDownloadStreamByName("file", revision === undefined ? {} : { revision });
    assertEquals(await readAll(stream), new Uint8Array([n]), `revision ${revision}`);
  }
  for (const revision of [3, -4]) {
    const none = f.bucket.openDownloadStreamByName("file", { revision });
    await assertRejects(() => readAll(none), MongoRuntimeError, "RevisionNotFound: file file has no such revision");
  }
  assertThrows(() => f.bucket.openDownloadStreamByName("file", { revision: 0.5 }), MongoInvalidArgumentError);
});

liveTest(
  "GridFSBucketReadStream reads the part that is asked for, and no other chunks",
  { versions: ["6.0"] },
  async (live) => {
    await using f = await fixture((await live.replicaSet()).uri, { chunkSizeBytes: 100 });
    const bytes = pattern(350);
    const id = await f.store(bytes);
    for (const [start, end] of [[0, 350], [1, 2], [99, 101], [100, 200], [250, 350], [349, 350]] as const) {
      assertEquals(await readAll(f.bucket.openDownloadStream(id, { start, end })), bytes.slice(start, end));
    }
    assertEquals(await readAll(f.bucket.openDownloadStream(id).start(120).end(180)), bytes.slice(120, 180));
    assertEquals(await readAll(f.bucket.openDownloadStream(id, { start: 301 })), bytes.slice(301));
    f.started.length = 0;
    assertEquals(await readAll(f.bucket.openDownloadStream(id, { start: 120, end: 180 })), bytes.slice(120, 180));
    const [, { filter, limit }] = f.sent("find") as [Document, Document];
    assertEquals({ filter, limit }, { filter: { files_id: id, n: { $gte: 1 } }, limit: 1 });
  },
);

liveTest("GridFSBucketReadStream errors for a part that is not in the file", { versions: ["6.0"] }, async (live) => {
  await using f = await fixture((await live.replicaSet()).uri, { chunkSizeBytes: 100 });
  const id = await f.store(pattern(350));
  for (const range of [{ start: 351 }, { end: 351 }, { start: -1 }, { start: 20, end: 10 }]) {
    const read = () => readAll(f.bucket.openDownloadStream(id, range));
    await assertRejects(read, MongoInvalidArgumentError, "Stream ");
  }
  const stream = f.bucket.openDownloadStream(id);
  const reader = stream.getReader();
  await reader.read();
  assertThrows(() => stream.start(1), MongoGridFSStreamError, "Options cannot be changed");
  await reader.cancel();
});

liveTest("GridFSBucketReadStream asks for no chunks of what is empty", { versions: ["6.0"] }, async (live) => {
  await using f = await fixture((await live.replicaSet()).uri);
  const empty = await f.store(new Uint8Array());
  const full = await f.store(pattern(5));
  f.started.length = 0;
  assertEquals(await readAll(f.bucket.openDownloadStream(empty)), new Uint8Array());
  assertEquals(await readAll(f.bucket.openDownloadStream(full, { start: 2, end: 2 })), new Uint8Array());
  assertEquals(f.sent("find").map(({ find }) => find), [f.files.collectionName, f.files.collectionName]);
});

liveTest(
  "GridFSBucketReadStream errors where chunks are missing, too many or of another size",
  { versions: VERSIONS },
  async (live) => {
    await using f = await fixture((await live.replicaSet()).uri, { chunkSizeBytes: 100 });
    const faults: readonly [string, (id: ObjectId) => Promise<unknown>][] = [
      ["ChunkIsMissing", (id) => f.chunks.deleteOne({ files_id: id, n: 1 })],
      ["ChunkIsMissing", (id) => f.chunks.deleteOne({ files_id: id, n: 3 })],
      ["ChunkIsMissing", (id) => f.chunks.deleteMany({ files_id: id })],
      ["ExtraChunk", (id) => f.chunks.insertOne({ files_id: id, n: 4, data: new Uint8Array(1) })],
      ["ExtraChunk", (id) => f.chunks.insertOne({ files_id: id, n: -1, data: new Uint8Array(1) })],
      ["ChunkIsWrongSize", (id) => f.chunks.updateOne({ files_id: id, n: 1 }, { $set: { data: new Uint8Array(99) } })],
      ["ChunkIsWrongSize", (id) => f.chunks.updateOne({ files_id: id, n: 3 }, { $set: { data: new Uint8Array(51) } })],
      ["ChunkIsWrongSize", (id) => f.chunks.updateOne({ files_id: id, n: 3 }, { $unset: { data: 1 } })],
    ];
    for (const [message, spoil] of faults) {
      const id = await f.store(pattern(350));
      await spoil(id);
      await assertRejects(() => readAll(f.bucket.openDownloadStream(id)), MongoGridFSChunkError, message);
    }
    const id = await f.store(pattern(350));
    await f.files.updateOne({ _id: id }, { $set: { chunkSize: 0 } });
    await assertRejects(() => readAll(f.bucket.openDownloadStream(id)), MongoGridFSStreamError);
  },
);

liveTest("GridFSBucketReadStream.cancel closes its cursor at the server", { versions: VERSIONS }, async (live) => {
  await using f = await fixture((await live.replicaSet()).uri);
  // More than a batch, which has at most 16 MiB.
  const id = await f.store(pattern(18 * 1024 * 1024));
  const leave: readonly ((stream: ReadableStream<Uint8Array> & { abort(): Promise<void> }) => Promise<unknown>)[] = [
    async (stream) => {
      for await (const _ of stream) break;
    },
    async (stream) => {
      const reader = stream.getReader();
      await reader.read();
      await reader.cancel();
    },
    async (stream) => {
      const reader = stream.getReader();
      await reader.read();
      reader.releaseLock();
      await stream.abort();
    },
    // Cancelled while the first chunks are on their way.
    async (stream) => {
      const asked = Promise.withResolvers<void>();
      f.client.on("commandStarted", ({ command }) => command.find === f.chunks.collectionName && asked.resolve());
      const reader = stream.getReader();
      const read = reader.read();
      await asked.promise;
      await reader.cancel();
      assertEquals((await read).done, true);
    },
    (stream) => {
      const refuses = new WritableStream({ write: () => Promise.reject(new Error("full")) });
      return assertRejects(() => stream.pipeTo(refuses), Error, "full");
    },
  ];
  for (const way of leave) {
    f.started.length = 0;
    await way(f.bucket.openDownloadStream(id));
    assertEquals(f.client.core.open.size, 0);
    assertEquals([f.sent("find").length, f.sent("getMore").length, f.sent("killCursors").length], [2, 0, 1]);
  }
  f.started.length = 0;
  await f.bucket.openDownloadStream(id).cancel();
  assertEquals(f.started, []);
});

liveTest("GridFSBucketReadStream gives bytes that are nobody else's", { versions: ["6.0"] }, async (live) => {
  await using f = await fixture((await live.replicaSet()).uri, { chunkSizeBytes: 100 });
  const id = await f.store(pattern(250));
  for await (const chunk of f.bucket.openDownloadStream(id)) {
    assertEquals(structuredClone(chunk, { transfer: [chunk.buffer] }).byteLength > 0, true);
    assertEquals(chunk.byteLength, 0);
  }
});

liveTest(
  "GridFSBucketWriteStream.abort deletes the chunks, and the stream takes no more",
  { versions: VERSIONS },
  async (live) => {
    await using f = await fixture((await live.replicaSet()).uri, { chunkSizeBytes: 100 });
    const other = await f.store(pattern(250));
    const stream = f.bucket.openUploadStream("file");
    const writer = stream.getWriter();
    await writer.write(pattern(1050));
    await stream.abort();
    await assertRejects(() => writer.write(pattern(1)), MongoAPIError, "Stream has been aborted");
    await assertRejects(() => writer.close());
    assertEquals(await f.chunks.distinct("files_id"), [other]);
    assertEquals(await f.files.countDocuments(), 1);
    await assertRejects(() => stream.abort(), MongoAPIError, "Cannot call abort() on a stream twice");
  },
);

liveTest(
  "GridFSBucketWriteStream.abort waits for chunks that are on their way",
  { versions: ["6.0"] },
  async (live) => {
    await using f = await fixture((await live.replicaSet()).uri, { chunkSizeBytes: 1000 });
    await f.store(pattern(1));
    await f.bucket.drop();
    const stream = f.bucket.openUploadStream("file");
    const writer = stream.getWriter();
    const first = Promise.withResolvers<void>();
    f.client.on("commandStarted", ({ commandName }) => commandName === "insert" && first.resolve());
    const write = assertRejects(() => writer.write(pattern(100_000)), MongoAPIError, "Stream has been aborted");
    await first.promise;
    await stream.abort();
    await write;
    assertEquals(await f.chunks.countDocuments(), 0);
  },
);

liveTest(
  "GridFSBucketWriteStream is aborted by its writer, and by a source that fails",
  { versions: ["6.0"] },
  async (live) => {
    await using f = await fixture((await live.replicaSet()).uri, { chunkSizeBytes: 100 });
    const writer = f.bucket.openUploadStream("file").getWriter();
    await writer.write(pattern(250));
    await writer.abort();
    const broken = ReadableStream.from((async function* () {
      yield pattern(250);
      await Promise.resolve();
      throw new Error("broken");
    })());
    await assertRejects(() => broken.pipeTo(f.bucket.openUploadStream("file")), Error, "broken");
    assertEquals(await f.chunks.countDocuments(), 0);
    assertEquals(await f.files.countDocuments(), 0);
  },
);

liveTest("GridFSBucketWriteStream.abort rejects once the file is complete", { versions: ["6.0"] }, async (live) => {
  await using f = await fixture((await live.replicaSet()).uri);
  const stream = f.bucket.openUploadStream("file");
  await writeAll(stream, [pattern(5)]);
  await assertRejects(() => stream.abort(), MongoAPIError, "Cannot abort a stream that has already completed");
  assertEquals(await readAll(f.bucket.openDownloadStream(stream.id)), pattern(5));
});

liveTest("GridFSBucketWriteStream tells of a chunk that cannot be stored, and leaves the others", {
  versions: VERSIONS,
}, async (live) => {
  await using f = await fixture((await live.replicaSet()).uri, { chunkSizeBytes: 100 });
  const id = new ObjectId();
  await f.store(pattern(1));
  await f.chunks.insertOne({ files_id: id, n: 1, data: new Uint8Array(1) });
  const stream = f.bucket.openUploadStreamWithId(id, "file");
  const error = await assertRejects(() => writeAll(stream, [pattern(1000)]), MongoServerError);
  assertEquals(error.code, 11000);
  assertEquals(await f.files.countDocuments({ _id: id }), 0);
  assertNotEquals(await f.chunks.countDocuments({ files_id: id }), 0);
  assertEquals(stream.gridFSFile, null);
  await stream.abort();
  assertEquals(await f.chunks.countDocuments({ files_id: id }), 0);
});

liveTest("GridFSBucketWriteStream refuses what is no Uint8Array", { versions: ["6.0"] }, async (live) => {
  await using f = await fixture((await live.replicaSet()).uri);
  const writer = f.bucket.openUploadStream("file").getWriter();
  await assertRejects(() => writer.write("text" as unknown as Uint8Array), MongoInvalidArgumentError);
});

liveTest("GridFSBucket takes ids of any type, which are no operators", { versions: ["6.0"] }, async (live) => {
  await using f = await fixture((await live.replicaSet()).uri);
  for (const id of ["name", 7, new Date(5), { a: 1 }, Long.fromString("9007199254740993")]) {
    const stream = f.bucket.openUploadStreamWithId(id, "file");
    await writeAll(stream, [pattern(9)]);
    assertEquals(stream.id, id);
    assertEquals(await readAll(f.bucket.openDownloadStream(id)), pattern(9));
    await assertRejects(() => f.bucket.delete({ $ne: 0 }), MongoRuntimeError);
    await f.bucket.delete(id);
  }
  assertEquals(await f.chunks.countDocuments(), 0);
});

liveTest("GridFSBucket deletes, renames and drops", { versions: VERSIONS }, async (live) => {
  await using f = await fixture((await live.replicaSet()).uri);
  const [a, b, c] = [await f.store(pattern(5)), await f.store(pattern(6)), await f.store(pattern(7), {}, "other")];
  await f.bucket.rename(a, "first");
  assertEquals(await readAll(f.bucket.openDownloadStreamByName("first")), pattern(5));
  await f.bucket.renameByName("file", "first");
  assertEquals((await f.bucket.find({ filename: "first" }).toArray()).map(({ _id }) => _id), [a, b]);
  await f.bucket.deleteByName("first");
  assertEquals(await f.chunks.distinct("files_id"), [c]);
  await f.bucket.delete(c);
  assertEquals(await f.chunks.countDocuments(), 0);
  await assertRejects(() => f.bucket.delete(c), MongoRuntimeError, `File not found for id ${c}`);
  await assertRejects(() => f.bucket.deleteByName("first"), MongoRuntimeError, "File with name first not found");
  await assertRejects(() => f.bucket.rename(c, "x"), MongoRuntimeError, `File with id ${c} not found`);
  await assertRejects(() => f.bucket.renameByName("first", "x"), MongoRuntimeError, "File with name first not found");
  const lost = await assertRejects(() => readAll(f.bucket.openDownloadStream(c)), MongoRuntimeError);
  assertEquals([lost.name, lost.message, lost.code], [
    "MongoRuntimeError",
    `FileNotFound: file ${c} was not found`,
    "ENOENT",
  ]);
  await f.store(pattern(5));
  await f.bucket.drop();
  const names = (await f.client.db("gridfs").listCollections().toArray()).map(({ name }) => name);
  assertEquals(names.filter((name) => [f.files.collectionName, f.chunks.collectionName].includes(name)), []);
});

liveTest("GridFSBucket makes its indexes before the first upload, and once", { versions: VERSIONS }, async (live) => {
  await using f = await fixture((await live.replicaSet()).uri);
  const stream = f.bucket.openUploadStream("file");
  assertEquals(f.started, []);
  await writeAll(stream, [pattern(5)]);
  const order = f.started.map(({ commandName }) => commandName);
  assertEquals(order, ["find", "listIndexes", "createIndexes", "listIndexes", "createIndexes", "insert", "insert"]);
  assertEquals((await f.files.indexes()).map(({ key }) => key), [{ _id: 1 }, { filename: 1, uploadDate: 1 }]);
  const indexes = await f.chunks.indexes();
  assertEquals(indexes.map(({ key, unique }) => ({ key, unique })), [
    { key: { _id: 1 }, unique: undefined },
    { key: { files_id: 1, n: 1 }, unique: true },
  ]);
  f.started.length = 0;
  await f.store(pattern(5));
  assertEquals(f.started.map(({ commandName }) => commandName), ["insert", "insert"]);
  f.started.length = 0;
  await writeAll(f.again({}).openUploadStream("file"), []);
  assertEquals(f.started.map(({ commandName }) => commandName), ["find", "insert"]);
});

liveTest(
  "GridFSBucket leaves indexes alone that are there, or where there are files",
  { versions: ["6.0"] },
  async (live) => {
    await using f = await fixture((await live.replicaSet()).uri);
    await f.client.db("gridfs").command({
      createIndexes: f.files.collectionName,
      indexes: [{ name: "mine", key: { filename: Long.fromNumber(1), uploadDate: 1 } }],
    });
    await f.store(pattern(5));
    assertEquals(f.sent("createIndexes").map(({ createIndexes }) => createIndexes), [
      f.files.collectionName,
      f.chunks.collectionName,
    ]);
    await f.chunks.dropIndexes();
    f.started.length = 0;
    await writeAll(f.again({}).openUploadStream("file"), [pattern(5)]);
    assertEquals(f.sent("createIndexes"), []);
  },
);

liveTest("GridFSBucket hands its concerns and read preference on", { versions: ["6.0"] }, async (live) => {
  await using f = await fixture((await live.replicaSet()).uri);
  const bucket = f.again({
    writeConcern: { w: "majority" },
    readConcern: "majority",
    readPreference: "primaryPreferred",
  });
  const stream = bucket.openUploadStream("file");
  await writeAll(stream, [pattern(5)]);
  await writeAll(bucket.openUploadStream("file", { writeConcern: { w: 1 } }), [pattern(5)]);
  assertEquals(f.sent("insert").map(({ writeConcern }) => writeConcern.w), ["majority", "majority", 1, 1]);
  f.started.length = 0;
  await readAll(bucket.openDownloadStream(stream.id));
  assertEquals(f.sent("find").map(({ readConcern }) => readConcern.level), ["majority", "majority"]);
  assertEquals(f.sent("find").map(({ $readPreference }) => $readPreference?.mode), [
    "primaryPreferred",
    "primaryPreferred",
  ]);
});

liveTest("GridFSBucket reads and writes whatever its client makes of values", { versions: ["6.0"] }, async (live) => {
  const { uri } = await live.replicaSet();
  await using f = await fixture(uri, { chunkSizeBytes: 100 });
  for (
    const values of [{ useBigInt64: true }, { promoteValues: false }, { promoteBuffers: true }, { promoteLongs: false }]
  ) {
    await using client = new MongoClient(uri, values);
    const bucketName = f.files.collectionName.replace(".files", "");
    const bucket = new GridFSBucket(client.db("gridfs"), { bucketName, chunkSizeBytes: 100 });
    const stream = bucket.openUploadStream("file");
    await writeAll(stream, [pattern(250)]);
    assertEquals(await readAll(bucket.openDownloadStream(stream.id, { start: 1 })), pattern(250).slice(1));
  }
});

liveTest(
  "GridFSBucket limits a whole upload and a whole download with timeoutMS",
  { versions: ["6.0"] },
  async (live) => {
    await using f = await fixture((await live.replicaSet()).uri, { chunkSizeBytes: 100 });
    const id = await f.store(pattern(250));
    const admin = f.client.db("admin");
    const failPoint = { configureFailPoint: "failCommand" };
    const data = { failCommands: ["insert", "find"], blockConnection: true, blockTimeMS: 300 };
    await admin.command({ ...failPoint, mode: "alwaysOn", data });
    try {
      const upload = f.bucket.openUploadStream("file", { timeoutMS: 50 });
      await assertRejects(() => writeAll(upload, [pattern(250)]), MongoOperationTimeoutError);
      const download = f.bucket.openDownloadStream(id, { timeoutMS: 50 });
      await assertRejects(() => readAll(download), MongoOperationTimeoutError);
    } finally {
      await admin.command({ ...failPoint, mode: "off" });
    }
  },
);

Deno.test("GridFSBucket throws for sizes of chunks and names that cannot be", async () => {
  await using client = new MongoClient("mongodb://127.0.0.1:1");
  const db = client.db("gridfs");
  for (const chunkSizeBytes of [0, -1, 1.5, NaN, 16 * 1024 * 1024]) {
    assertThrows(() => new GridFSBucket(db, { chunkSizeBytes }), MongoInvalidArgumentError, "chunkSizeBytes");
    assertThrows(() => new GridFSBucket(db).openUploadStream("x", { chunkSizeBytes }), MongoInvalidArgumentError);
  }
  assertThrows(() => new GridFSBucket(db, { bucketName: "" }), MongoInvalidArgumentError);
});
