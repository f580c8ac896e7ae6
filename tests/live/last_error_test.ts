import { assertEquals, assertObjectMatch } from "@std/assert";
import { type Document, serialize } from "bson";
import { encodeOpInsert } from "../../codec/op_insert.ts";
import { encodeOpUpdate } from "../../codec/op_update.ts";
import { RawClient } from "../proxy/support/raw_client.ts";
import { startGateway, type TestGateway } from "../support/gateway.ts";
import { liveTest } from "../support/live_test.ts";
import { startReplicaSet, type TestReplicaSet, type TestServer } from "../support/mongod.ts";

const FILMS = "shop.films";

liveTest(
  "Gateway has getLastError wait for members, whether the server knows it or not",
  { versions: ["6.0", "5.0"] },
  async ({ t, version }) => {
    await using set = await startReplicaSet({ version });
    // Two may wait for members at once, with the half of a half that one of two workers has as well.
    await using gateway = await startGateway(`${set.uri}&maxPoolSize=8`);
    const client = await connect(gateway);

    await t.step("all members", async () => {
      insert(client, 1);
      assertObjectMatch(await lastError(client, { w: 3 }), { n: 0, writeConcern: { w: 3 }, err: null, ok: 1 });
      insert(client, 1);
      assertObjectMatch(await lastError(client, { w: 3 }), { code: 11000, ns: FILMS, index: "_id_", ok: 1 });
    });

    const secondary = await secondaryOf(set);
    await secondary.kill("SIGKILL");

    await t.step("one that is down, up to a time limit", async () => {
      update(client, 1);
      assertObjectMatch(await lastError(client, { w: 3, wtimeout: 50 }), {
        updatedExisting: true,
        n: 1,
        wtimeout: true,
        err: "timeout",
        errmsg: "timed out waiting for secondaries",
        code: 64,
        ok: 1,
      });
      assertObjectMatch(await lastError(client), { updatedExisting: true, n: 1, err: null, ok: 1 });
    });

    await t.step("those that are there", async () => {
      for (const concern of [{ w: 2 }, { w: "majority" }, { w: "majority", j: true }, { j: true }, { fsync: true }]) {
        update(client, 1);
        assertObjectMatch(await lastError(client, concern), { updatedExisting: true, n: 1, err: null, ok: 1 });
      }
    });

    await t.step("members and modes that there are not", async () => {
      assertObjectMatch(await lastError(client, { w: 4 }), { err: null, ok: 0, code: 100 });
      assertObjectMatch(await lastError(client, { w: "nowhere" }), { err: null, ok: 0, code: 79 });
    });

    await t.step("one that is down, until it is back, with others served meanwhile", async () => {
      update(client, 1);
      const waiting = client.replyTo(client.send({ getLastError: 1, w: 3, $db: "shop" }));
      const other = await connect(gateway);
      update(other, 1);
      assertObjectMatch(await lastError(other, { w: 2 }), { n: 1, ok: 1 });
      other.close();
      await secondary.restart();
      assertObjectMatch((await waiting).document, { updatedExisting: true, n: 1, err: null, ok: 1 });
    });

    await t.step("no member that another primary may not have told of the write", async () => {
      update(client, 1);
      assertObjectMatch(await lastError(client), { n: 1, ok: 1 });
      await set.stepDown();
      assertObjectMatch(await lastError(client, { w: "majority" }), { ok: 0 });
      assertObjectMatch(await lastError(client), { n: 1, err: null, ok: 1 });
      insert(client, 2);
      assertObjectMatch(await lastError(client, { w: "majority" }), { n: 0, err: null, ok: 1 });
    });

    client.close();
    assertEquals(await gateway.stop(), 0);
  },
);

async function connect({ host, port }: TestGateway): Promise<RawClient> {
  return await RawClient.connect({ kind: "tcp", host, port });
}

function insert(client: RawClient, id: number): void {
  client.sendBytes(encodeOpInsert({ requestId: 1, fullCollectionName: FILMS, documents: [serialize({ _id: id })] }));
}

function update(client: RawClient, id: number): void {
  const [selector, change] = [serialize({ _id: id }), serialize({ $inc: { views: 1 } })];
  client.sendBytes(encodeOpUpdate({ requestId: 1, fullCollectionName: FILMS, selector, update: change }));
}

async function lastError(client: RawClient, options: Document = {}): Promise<Document> {
  return (await client.replyTo(client.sendQuery({ getlasterror: 1, ...options }, "shop.$cmd"))).document;
}

async function secondaryOf(set: TestReplicaSet): Promise<TestServer> {
  const { port } = await set.primary();
  return set.members.find((member) => member.port !== port)!;
}
