import { assertEquals, assertGreater } from "@std/assert";
import type { Document, Long } from "bson";
import { startGateway } from "../support/gateway.ts";
import { liveTest } from "../support/live_test.ts";
import { startReplicaSet, type TestReplicaSet, type TestServer } from "../support/mongod.ts";
import { importMapArgs, repositoryPath } from "../../tools/import_map.ts";
import { WireClient } from "../support/wire_client.ts";
import type { AcknowledgedWrites } from "./acknowledged_writes.ts";

liveTest("Gateway keeps every acknowledged write when the primary is killed under load", async () => {
  await using set = await startReplicaSet();
  await using gateway = await startGateway(`${set.uri}&maxPoolSize=16`);
  await using writer = startWriter(gateway.uri);
  const killed = await set.primary();
  await untilWritten(killed, 200);
  await killed.kill("SIGKILL");
  const next = await newPrimary(set, killed);
  const before = await count(next);
  await writer.tell("The new primary is there\n");
  await untilWritten(next, before + 500);
  const outcome = await writer.end();
  assertEquals(outcome.mixedReplies, []);
  assertEquals(outcome.errors, []);
  assertGreater(outcome.lateWrites, 0);
  const there = await writtenIds(next);
  assertEquals(outcome.ids.filter((id) => !there.has(id)), []);
  assertEquals(new Set(outcome.ids).size, outcome.ids.length);
});

function startWriter(uri: string) {
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "-A",
      "--no-check",
      ...importMapArgs(),
      repositoryPath("tests/live/clients/acknowledged_writes.ts"),
      uri,
    ],
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const stdin = child.stdin.getWriter();
  const output = child.output();
  let isOpen = true;
  const close = async () => {
    if (isOpen) await stdin.close();
    isOpen = false;
  };
  return {
    tell: (line: string) => stdin.write(new TextEncoder().encode(line)),
    async end(): Promise<AcknowledgedWrites> {
      await close();
      return JSON.parse(new TextDecoder().decode((await output).stdout));
    },
    async [Symbol.asyncDispose]() {
      await close();
      await output;
    },
  };
}

async function run(server: TestServer, command: Document): Promise<Document> {
  using client = await WireClient.connect(server);
  return await client.command("failover", command);
}

async function count(server: TestServer): Promise<number> {
  return (await run(server, { count: "writes" })).n;
}

/** Polls: the writer is a process of its own. */
async function untilWritten(server: TestServer, least: number): Promise<void> {
  while (await count(server) < least) await pause();
}

async function newPrimary(set: TestReplicaSet, killed: TestServer): Promise<TestServer> {
  for (;;) {
    for (const member of set.members.filter((member) => member !== killed)) {
      if ((await run(member, { hello: 1 })).isWritablePrimary) return member;
    }
    await pause();
  }
}

async function writtenIds(server: TestServer): Promise<Set<string>> {
  using client = await WireClient.connect(server);
  const options = { promoteLongs: false };
  const { cursor } = await client.command("failover", { find: "writes", projection: { _id: 1 } }, options);
  const documents = [...cursor.firstBatch];
  for (let id: Long = cursor.id; !id.isZero();) {
    const reply = await client.command("failover", { getMore: id, collection: "writes" }, options);
    documents.push(...reply.cursor.nextBatch);
    id = reply.cursor.id;
  }
  return new Set(documents.map((document) => document._id));
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 50));
}
