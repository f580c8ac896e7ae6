import { assert, assertEquals } from "@std/assert";
import { type Document, serialize } from "bson";
import { encodeOpMsg } from "../../../codec/op_msg.ts";
import { eventually } from "../support/eventually.ts";
import { GatewayFixture } from "../support/gateway_fixture.ts";
import type { RawClient, Received } from "../support/raw_client.ts";
import { seededRandom } from "../support/seeded_random.ts";
import { PRIMARY_HELLO, Upstream, type UpstreamRequest } from "../support/upstream.ts";

const CLIENTS = 12;
const TURNS = 15;
const MAX_BYTES = 1_200_000;

/** A server that answers with as much as is asked for, and now and then loses one connection, or all of them. */
class UnreliableServer {
  readonly upstream = new Upstream({ ...PRIMARY_HELLO, msg: "isdbgrid" });
  /** Inserts whose documents are not all of one client. */
  readonly mixed: string[] = [];
  readonly #random: () => number;
  #lastCursor = 0;

  constructor(random: () => number) {
    this.#random = random;
    this.upstream.on("insert", (request) => this.#onInsert(request));
    this.upstream.on("find", (request) => this.#onFind(request));
  }

  #onInsert(request: UpstreamRequest): void {
    const { token, documents } = request.command;
    if (documents.some((document: Document) => document.token !== token)) this.mixed.push(token);
    if (this.#random() < 0.04) this.#loseAll();
    else request.reply({ token });
  }

  #onFind(request: UpstreamRequest): void {
    const { token } = request.command;
    const filler = new Uint8Array(this.#random() * MAX_BYTES);
    const id = this.#random() < 0.3 ? ++this.#lastCursor : 0;
    const body = serialize({ cursor: { firstBatch: [{ token, filler }], id, ns: "test.things" }, ok: 1 });
    const reply = encodeOpMsg({ requestId: 1, responseTo: request.requestId, body });
    const part = Math.floor(this.#random() * reply.length);
    request.replyBytes(reply.subarray(0, part));
    const dice = this.#random();
    if (dice < 0.06) request.hangUp();
    else if (dice < 0.5) request.replyBytes(reply.subarray(part));
    else setTimeout(() => request.replyBytes(reply.subarray(part)), 2);
  }

  #loseAll(): void {
    this.upstream.goAway();
    this.upstream.comeBack();
  }
}

function insertOf(token: string, bytes: number): Uint8Array {
  const documents = Array.from({ length: 10 }, () => serialize({ token, filler: new Uint8Array(bytes / 10) }));
  const body = serialize({ insert: "things", token, $db: "test" });
  return encodeOpMsg({ requestId: 7, body, sequences: [{ identifier: "documents", documents }] });
}

function findOf(token: string): Uint8Array {
  return encodeOpMsg({ requestId: 7, body: serialize({ find: "things", token, $db: "test" }) });
}

/** Sends one request after the other and checks that what comes is its own; comes back when its connection is closed. */
async function wander(fixture: GatewayFixture, number: number, random: () => number): Promise<void> {
  let client = await fixture.connect();
  for (let turn = 0; turn < TURNS; turn++) {
    const token = `${number}/${turn}`;
    const message = random() < 0.5 ? insertOf(token, random() * MAX_BYTES) : findOf(token);
    const isLeaving = random() < 0.08;
    const part = Math.floor(random() * message.length);
    client.sendBytes(message.subarray(0, part));
    if (random() < 0.5) await new Promise((resolve) => setTimeout(resolve, 1));
    if (!isLeaving || random() < 0.5) client.sendBytes(message.subarray(part));
    const reply = isLeaving ? null : await replyOf(client);
    if (reply !== null) {
      const { ok, token: echo, cursor } = reply.document;
      assert(ok === 0 || (echo ?? cursor.firstBatch[0].token) === token, `${token} got another's reply`);
      continue;
    }
    client.close();
    client = await fixture.connect();
  }
  client.close();
}

/** Null if the connection was closed instead. */
async function replyOf(client: RawClient): Promise<Received | null> {
  try {
    return await client.receive();
  } catch (error) {
    if (error instanceof Error && error.message === "The connection was closed") return null;
    throw error;
  }
}

for (const seed of [1, 2]) {
  Deno.test(`Gateway mixes up no large messages and keeps nothing of them when much goes wrong (seed ${seed})`, async () => {
    const random = seededRandom(seed);
    const first = new UnreliableServer(random);
    const second = new UnreliableServer(random);
    await using _first = first.upstream;
    await using _second = second.upstream;
    const uri = `mongodb://${first.upstream.host},${second.upstream.host}/?maxPoolSize=3&localThresholdMS=10000`;
    const limits = { orphanTimeoutMS: 0, abandonedCommandTimeoutMS: 20, maxBufferedBytes: 2_000_000 };
    await using fixture = await GatewayFixture.open(uri, { limits });
    await Promise.all(Array.from({ length: CLIENTS }, (_, number) => wander(fixture, number, random)));

    await eventually("nothing is left", () => {
      const { clients, clientGroups, cursors, transactions, pinned, servers } = fixture.status;
      const isIdle = servers.every(({ connections, available, waiting }) => connections === available && waiting === 0);
      return clients + clientGroups + cursors + transactions + pinned.length === 0 && isIdle;
    });
    assertEquals([first.mixed, second.mixed], [[], []]);
    const reasons = new Set(fixture.told("clientClosed").map(({ reason }) => reason));
    for (const fault of ["internalError", "badMessage", "stalled"] as const) assertEquals(reasons.has(fault), false);
    assertEquals(reasons.has("replyLost"), true);
    assertEquals(fixture.told("clientOpened").length, fixture.told("clientClosed").length);
  });
}
