import { assert, assertEquals, assertLess } from "@std/assert";
import { type Document, serialize } from "bson";
import { encodeOpMsg } from "../../codec/op_msg.ts";
import { startGateway, type TestGateway } from "../support/gateway.ts";
import { liveTest } from "../support/live_test.ts";
import { startStandalone } from "../support/mongod/standalone.ts";
import { runCommand } from "../support/mongod/command.ts";
import { WireClient } from "../support/wire_client.ts";
import { pythonEnvironment } from "./clients/python_env.ts";
import { NODE_DRIVER_VERSIONS, PYMONGO_VERSIONS } from "./clients/versions.ts";

const DOCUMENT_BYTES = 1_000_000;
const COUNT = 40;
const DATABASE = "large";
/** What the runtime does not give back at once; messages of 40 MB that are collected and copied would be more. */
const MAX_GROWTH_BYTES = 150_000_000;

const INSERT_AND_FIND = `
import os, sys
from pymongo import MongoClient
things = MongoClient(sys.argv[1])["${DATABASE}"]["python"]
documents = [{"_id": i, "filler": os.urandom(${DOCUMENT_BYTES})} for i in range(${COUNT})]
things.insert_many(documents)
found = list(things.find({}, batch_size=1000).sort("_id", 1))
assert found == documents, "what was found is not what was inserted"
print("same")
`;

liveTest(
  "Gateway passes on what drivers send and get in large messages",
  { versions: ["6.0"] },
  async ({ version, t }) => {
    await using server = await startStandalone({ version });
    await using gateway = await startGateway(`${server.uri}?maxPoolSize=4`);
    await run(gateway, "admin", { ping: 1 });
    const before = await residentBytes(gateway);

    await t.step("npm:mongodb inserts 40 MB with insertMany and finds them in batches of 16 MB", async () => {
      const { MongoClient } = await import(`npm:mongodb@${NODE_DRIVER_VERSIONS[0]}`);
      const client = new MongoClient(gateway.uri, { promoteBuffers: true });
      try {
        const things = client.db(DATABASE).collection("node");
        const documents = Array.from({ length: COUNT }, (_, _id) => ({ _id, filler: randomBytes(DOCUMENT_BYTES) }));
        assertEquals((await things.insertMany(documents)).insertedCount, COUNT);
        const found: { filler: Uint8Array }[] = await things.find({}, { batchSize: 1000 }).sort({ _id: 1 }).toArray();
        assertEquals(found.length, COUNT);
        for (const [index, { filler }] of found.entries()) assert(isSame(filler, documents[index]!.filler));
      } finally {
        await client.close();
      }
    });

    const python = await findPython();
    await t.step({
      name: python === null ? "PyMongo does: NOT RUN. There is no Python with it" : "PyMongo does",
      ignore: python === null && Deno.env.get("CI") !== "true",
      fn: async () => {
        const result = await runCommand([python ?? "", "-c", INSERT_AND_FIND, gateway.uri]);
        assertEquals(result?.stdout.trim(), "same", result?.stderr);
      },
    });

    await t.step("a client that reads slowly gets all of it, and others are served meanwhile", async () => {
      const { conn, reader } = await asking(gateway, { find: "node", batchSize: 16, $db: DATABASE });
      const length = new DataView((await reader(4)).buffer).getInt32(0, true);
      assert(length > 15_000_000, `${length} bytes`);
      for (let count = 0; count < 20; count++) {
        await reader(10_000);
        assertEquals((await run(gateway, DATABASE, { find: "none" })).ok, 1);
      }
      await reader(length - 4 - 20 * 10_000);
      conn.close();
    });

    await t.step("a client that goes in the middle of its message has none of it inserted", async () => {
      const filler = randomBytes(DOCUMENT_BYTES);
      const documents = Array.from({ length: COUNT }, (_, _id) => serialize({ _id, filler }));
      const message = encodeOpMsg({
        requestId: 1,
        body: serialize({ insert: "half", $db: DATABASE }),
        sequences: [{ identifier: "documents", documents }],
      });
      for (const sent of [message.length - 1, 20_000_000, 300_000]) {
        const conn = await Deno.connect({ hostname: gateway.host, port: gateway.port });
        await writeAll(conn, message.subarray(0, sent));
        conn.close();
      }
      assertEquals((await run(gateway, DATABASE, { count: "half" })).n, 0);
    });

    await t.step("its memory is about what it was", async () => {
      assertLess(await residentBytes(gateway) - before, MAX_GROWTH_BYTES);
    });
  },
);

liveTest("Gateway serves a client of large messages and many of small ones side by side", { versions: ["6.0"] }, async (
  { version },
) => {
  await using server = await startStandalone({ version });
  await using gateway = await startGateway(`${server.uri}?maxPoolSize=8`);
  const filler = randomBytes(DOCUMENT_BYTES);
  for (let _id = 0; _id < 16; _id++) await run(gateway, DATABASE, { insert: "things", documents: [{ _id, filler }] });
  await run(gateway, DATABASE, { insert: "small", documents: [{ _id: 1 }] });
  let isOver = false;
  const small = Array.from({ length: 100 }, async () => {
    using client = await WireClient.connect(gateway);
    let served = 0;
    while (!isOver || served === 0) {
      assertEquals((await client.command(DATABASE, { find: "small", filter: { _id: 1 } })).cursor.firstBatch.length, 1);
      served++;
    }
    return served;
  });
  for (let count = 0; count < 10; count++) {
    const { cursor } = await run(gateway, DATABASE, { find: "things", batchSize: 1000 });
    assert(cursor.firstBatch.length > 10);
  }
  isOver = true;
  const served = await Promise.all(small);
  // Most were served again and again while the large ones went on.
  assert(served.filter((count) => count > 1).length > 50, `served: ${served}`);
});

async function findPython(): Promise<string | null> {
  try {
    return (await pythonEnvironment(PYMONGO_VERSIONS[0])).python;
  } catch {
    return null;
  }
}

async function run(gateway: TestGateway, database: string, command: Document): Promise<Document> {
  using client = await WireClient.connect(gateway);
  return await client.command(database, command);
}

/** Sends a command, and gives a function that reads so many bytes of what comes back. */
async function asking(gateway: TestGateway, command: Document) {
  const conn = await Deno.connect({ hostname: gateway.host, port: gateway.port });
  await writeAll(conn, encodeOpMsg({ requestId: 1, body: serialize(command) }));
  const reader = async (count: number): Promise<Uint8Array<ArrayBuffer>> => {
    const bytes = new Uint8Array(count);
    for (let filled = 0; filled < count;) {
      const read = await conn.read(bytes.subarray(filled));
      if (read === null) throw new Error(`The connection was closed ${count - filled} bytes too early`);
      filled += read;
    }
    return bytes;
  };
  return { conn, reader };
}

async function writeAll(conn: Deno.Conn, bytes: Uint8Array): Promise<void> {
  for (let written = 0; written < bytes.length;) written += await conn.write(bytes.subarray(written));
}

function randomBytes(count: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(count);
  for (let offset = 0; offset < count; offset += 65_536) {
    crypto.getRandomValues(bytes.subarray(offset, offset + 65_536));
  }
  return bytes;
}

function isSame(first: Uint8Array, second: Uint8Array): boolean {
  return first.length === second.length && first.every((byte, index) => byte === second[index]);
}

async function residentBytes({ pid }: TestGateway): Promise<number> {
  const status = await Deno.readTextFile(`/proc/${pid}/status`);
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
  if (kilobytes === undefined) throw new Error("There is no VmRSS");
  return Number(kilobytes) * 1024;
}
