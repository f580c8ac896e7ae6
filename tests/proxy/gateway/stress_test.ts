import { assert, assertEquals } from "@std/assert";
import type { Document } from "bson";
import { cursor, getMore, inTransaction, metadata } from "../support/commands.ts";
import { eventually } from "../support/eventually.ts";
import { GatewayFixture } from "../support/gateway_fixture.ts";
import type { RawClient } from "../support/raw_client.ts";
import { seededRandom } from "../support/seeded_random.ts";
import { PRIMARY_HELLO, Upstream, type UpstreamRequest } from "../support/upstream.ts";

const CLIENTS = 40;
const TURNS = 25;
const COMMANDS = ["find", "count", "insert", "aggregate", "getMore", "commitTransaction"];

/** A mongos that answers late, opens cursors, and now and then loses a connection. */
function unreliable(random: () => number): Upstream {
  const upstream = new Upstream({ ...PRIMARY_HELLO, msg: "isdbgrid" });
  let lastCursor = 0;
  const answer = (request: UpstreamRequest) => {
    if (random() < 0.005) return request.hangUp();
    const { token, getMore } = request.command;
    if (request.name === "find" || request.name === "aggregate") {
      return request.reply({ token, ...cursor(random() < 0.5 ? ++lastCursor : 0) });
    }
    request.reply({ token, ...getMore === undefined ? {} : cursor(random() < 0.5 ? getMore : 0) });
  };
  for (const name of COMMANDS) {
    upstream.on(name, (request) => {
      if ((request.flags & 2) !== 0) return;
      if (random() < 0.5) answer(request);
      else queueMicrotask(() => answer(request));
    });
  }
  return upstream;
}

/** A client that does one thing after the other, checks that the replies are its own, and may leave at any time. */
class Wanderer {
  readonly #client: RawClient;
  readonly #number: number;
  readonly #random: () => number;
  readonly #cursors: number[] = [];

  constructor(client: RawClient, number: number, random: () => number) {
    this.#client = client;
    this.#number = number;
    this.#random = random;
  }

  async wander(): Promise<void> {
    const loadBalanced = this.#number % 4 === 0;
    const client = this.#number % 3 === 0 ? {} : { client: metadata(`group ${this.#number % 5}`) };
    await this.#client.command({ hello: 1, loadBalanced, ...client });
    for (let turn = 0; turn < TURNS; turn++) {
      const token = `${this.#number}/${turn}`;
      const command = this.#nextCommand(turn, token);
      if (this.#random() < 0.01) return this.#leave(command);
      if (this.#random() < 0.1) this.#writeBlindly();
      const reply = await this.#client.command(command);
      assert(reply.ok === 0 || reply.token === token, `${token} got ${JSON.stringify(reply)}`);
      if (reply.ok === 1 && Number(reply.cursor?.id ?? 0) > 0) this.#cursors.push(Number(reply.cursor.id));
    }
    this.#client.close();
  }

  #nextCommand(turn: number, token: string): Document {
    const dice = this.#random();
    const base = { $db: "test", token };
    const transaction = inTransaction(this.#number, turn, { startTransaction: true });
    if (dice < 0.3) return { find: "things", ...base };
    if (dice < 0.4) return { aggregate: "things", pipeline: [{ $changeStream: {} }], cursor: {}, ...base };
    if (dice < 0.6 && this.#cursors.length > 0) return { ...getMore(this.#cursors.pop()!), ...base };
    if (dice < 0.7) return { insert: "things", documents: [{}], ...base, ...transaction };
    if (dice < 0.75) return { commitTransaction: 1, ...base, $db: "admin", ...inTransaction(this.#number, turn - 1) };
    return { count: "things", ...base };
  }

  #writeBlindly(): void {
    const insert = { insert: "things", documents: [{}], $db: "test", writeConcern: { w: 0 } };
    this.#client.send(insert, { flags: 2 });
  }

  #leave(command: Document): void {
    this.#client.send(command);
    this.#client.send(command);
    if (this.#random() < 0.5) this.#client.end();
    else this.#client.close();
  }
}

for (const seed of [1, 2]) {
  Deno.test(`Gateway mixes up nothing and keeps nothing when all goes wrong now and then (seed ${seed})`, async () => {
    const random = seededRandom(seed);
    await using first = unreliable(random);
    await using second = unreliable(random);
    const uri = `mongodb://${first.host},${second.host}/?maxPoolSize=5&localThresholdMS=10000`;
    const limits = { orphanTimeoutMS: 0, abandonedCommandTimeoutMS: 50 };
    await using fixture = await GatewayFixture.open(uri, { limits });
    const clients = await Promise.all(Array.from({ length: CLIENTS }, () => fixture.connect()));
    await Promise.all(clients.map((client, number) => new Wanderer(client, number, random).wander()));

    await eventually("nothing is left", () => {
      const { clients, clientGroups, cursors, transactions, pinned, servers } = fixture.status;
      const isIdle = servers.every(({ connections, available, waiting, awaiting, awaitingQueue }) =>
        connections === available && waiting + awaiting + awaitingQueue === 0
      );
      return clients + clientGroups + cursors + transactions + pinned.length === 0 && isIdle;
    });
    for (const server of fixture.status.servers) assert(server.connections <= 5);
    assertEquals(fixture.told("clientClosed").length, CLIENTS);
    const faults = fixture.told("clientClosed").filter(({ reason }) =>
      reason === "internalError" || reason === "badMessage"
    );
    assertEquals(faults, []);
    assertEquals(fixture.told("pinned").length, fixture.told("unpinned").length);
  });
}
