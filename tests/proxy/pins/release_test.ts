import { assertEquals } from "@std/assert";
import type { Document } from "bson";
import type { Connection } from "../../../driver/connection.ts";
import { MongoNetworkError, MongoServerError } from "../../../driver/error.ts";
import type { CheckOutWaiter } from "../../../driver/pool/connection_pool.ts";
import type { Topology } from "../../../driver/sdam/topology.ts";
import type { ConnectionPin } from "../../../proxy/pins/connection_pin.ts";
import type { GatewayEvent } from "../../../proxy/event.ts";
import { OwnCommands } from "../../../proxy/local/own_commands.ts";
import { Releaser } from "../../../proxy/pins/release.ts";
import { cursorPin, transactionPin } from "../support/pins.ts";

interface Asked {
  readonly place: string;
  readonly database: string;
  readonly command: Document;
  readonly answer: PromiseWithResolvers<Document>;
}

/** Servers on which commands run as long as a test wants. */
class Servers {
  readonly asked: Asked[] = [];
  readonly events: GatewayEvent[] = [];
  readonly letGo: string[] = [];
  readonly releaser: Releaser;

  constructor(known: readonly string[] = ["a:1", "b:1"]) {
    const topology = {
      server: (address: string) => known.includes(address) ? { pool: this.#source(address) } : null,
    } as unknown as Topology;
    this.releaser = new Releaser(topology, new OwnCommands(), (event) => this.events.push(event));
  }

  /** What a cursor of connection `id` is tied to. */
  pin(id: number): ConnectionPin {
    const place = `connection ${id}`;
    return {
      ...this.#source(place),
      connection: { id },
      letGo: () => this.letGo.push(place),
    } as unknown as ConnectionPin;
  }

  /** Lets everything run that can. */
  async settled(): Promise<void> {
    for (let turn = 0; turn < 20; turn++) await Promise.resolve();
  }

  get commands(): [string, string, number[]][] {
    return this.asked.map((
      { place, command },
    ) => [place, Object.keys(command)[0]!, (command.cursors ?? []).map(Number)]);
  }

  #source(place: string) {
    const connection = {
      command: (database: string, command: Document) => {
        const answer = Promise.withResolvers<Document>();
        this.asked.push({ place, database, command, answer });
        return answer.promise;
      },
    } as unknown as Connection;
    return { checkOut: (waiter: CheckOutWaiter) => waiter.onConnection(connection), checkIn() {}, cancel() {} };
  }
}

Deno.test("Releaser kills the cursors of one server and namespace together", async () => {
  const servers = new Servers();
  servers.releaser.release([
    cursorPin({ id: 1n }),
    cursorPin({ id: 2n, server: "b:1" }),
    cursorPin({ id: 3n }),
    cursorPin({ id: 4n, namespace: "test.other.things" }),
  ], []);
  await servers.settled();
  assertEquals(servers.commands, [
    ["a:1", "killCursors", [1, 3]],
    ["b:1", "killCursors", [2]],
    ["a:1", "killCursors", [4]],
  ]);
  const [first, , third] = servers.asked;
  assertEquals([first?.database, first?.command.killCursors], ["test", "things"]);
  assertEquals([third?.database, third?.command.killCursors], ["test", "other.things"]);
});

Deno.test("Releaser kills cursors that are tied to connections there, and lets go of each", async () => {
  const servers = new Servers();
  const [shared, other] = [servers.pin(1), servers.pin(2)];
  servers.releaser.release([
    cursorPin({ id: 1n, connection: shared }),
    cursorPin({ id: 2n, connection: other }),
    cursorPin({ id: 3n, connection: shared }),
  ], []);
  await servers.settled();
  assertEquals(servers.commands, [["connection 1", "killCursors", [1, 3]], ["connection 2", "killCursors", [2]]]);
  assertEquals(servers.letGo, []);
  for (const { answer } of servers.asked) answer.resolve({ ok: 1 });
  await servers.releaser.settled();
  assertEquals(servers.letGo.sort(), ["connection 1", "connection 1", "connection 2"]);
});

Deno.test("Releaser aborts transactions with their session and number", async () => {
  const servers = new Servers();
  const lsid = new Uint8Array(16).fill(7);
  servers.releaser.release([], [transactionPin({ lsid, txnNumber: 9n })]);
  await servers.settled();
  const [{ database, command }] = servers.asked as [Asked];
  assertEquals([database, command.abortTransaction, command.autocommit], ["admin", 1, false]);
  assertEquals([Number(command.txnNumber), new Uint8Array(command.lsid.id.buffer), command.lsid.id.sub_type], [
    9,
    lsid,
    4,
  ]);
});

Deno.test("Releaser has few releases under way at a time", async () => {
  const servers = new Servers();
  const pins = Array.from({ length: 10 }, (_, number) => transactionPin({ session: String(number) }));
  servers.releaser.release([], pins);
  await servers.settled();
  assertEquals(servers.asked.length, 4);
  servers.asked[0]!.answer.resolve({ ok: 1 });
  await servers.settled();
  assertEquals(servers.asked.length, 5);
  servers.releaser.stop();
  for (const { answer } of servers.asked) answer.resolve({ ok: 1 });
  await servers.releaser.settled();
  assertEquals(servers.asked.length, 5);
});

Deno.test("Releaser tells of a failure, but not of a server that has nothing to release", async () => {
  const servers = new Servers();
  servers.releaser.release([], [transactionPin({ session: "a" }), transactionPin({ session: "b", server: "b:1" })]);
  await servers.settled();
  const error = new MongoNetworkError("x");
  servers.asked[0]!.answer.reject(error);
  servers.asked[1]!.answer.reject(new MongoServerError({ ok: 0, code: 251, errmsg: "no such transaction" }));
  await servers.releaser.settled();
  assertEquals(servers.events, [{ type: "releaseFailed", server: "a:1", error }]);
});

Deno.test("Releaser has nothing to do at a server that is gone", async () => {
  const servers = new Servers([]);
  const pin = servers.pin(1);
  servers.releaser.release([cursorPin()], [transactionPin()]);
  servers.releaser.release([cursorPin({ connection: pin })], []);
  await servers.settled();
  assertEquals(servers.commands, [["connection 1", "killCursors", [1]]]);
  servers.asked[0]!.answer.resolve({ ok: 1 });
  await servers.releaser.settled();
  assertEquals([servers.events, servers.letGo], [[], ["connection 1"]]);
});
