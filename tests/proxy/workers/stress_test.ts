import { assertEquals } from "@std/assert";
import { type Document, Long } from "bson";
import { cursor, find, getMore, inTransaction } from "../support/commands.ts";
import { seededRandom } from "../support/seeded_random.ts";
import { PRIMARY_HELLO, Upstream } from "../support/upstream.ts";
import { WorkersFixture } from "./workers_fixture.ts";

/** More than there are applications, so that one is always free. */
const CONNECTIONS = 24;
const APPLICATIONS = 8;
const ROUNDS = 12;
const BATCHES = 5;

/** A `mongos` that answers with its own name, and each getMore with its cursor's id. */
function namedMongos(name: number): Upstream {
  const upstream = new Upstream({ ...PRIMARY_HELLO, msg: "isdbgrid" });
  let opened = 0;
  upstream.on("find", (request) => request.reply({ ...cursor(name * 100_000 + ++opened), name }));
  upstream.on("getMore", (request) => {
    const id: Long = request.command.getMore;
    request.reply({ ...cursor(id.toBigInt(), "test.things", "nextBatch"), name });
  });
  for (const command of ["insert", "commitTransaction"]) upstream.on(command, (request) => request.reply({ name }));
  upstream.on("killCursors", (request) => request.reply({ cursorsKilled: request.command.cursors, name }));
  return upstream;
}

/** An application whose commands take any of the connections. */
async function runApplication(number: number, command: (document: Document) => Promise<Document>): Promise<void> {
  for (let round = 1; round <= ROUNDS; round++) {
    const opened = await command(find);
    for (let batch = 0; batch < BATCHES; batch++) {
      const more = await command(getMore(BigInt(opened.cursor.id)));
      assertEquals([Number(more.cursor.id), more.name], [Number(opened.cursor.id), opened.name]);
    }
    const cursors = [Long.fromNumber(Number(opened.cursor.id))];
    assertEquals((await command({ killCursors: "things", cursors, $db: "test" })).cursorsKilled.length, 1);
    const insert = { insert: "things", documents: [{}], $db: "test" };
    const started = await command({ ...insert, ...inTransaction(number, round, { startTransaction: true }) });
    const statements = [insert, insert, { commitTransaction: 1 }];
    for (const statement of statements) {
      assertEquals((await command({ ...statement, ...inTransaction(number, round) })).name, started.name);
    }
  }
}

Deno.test("WorkerPool mixes nothing up while cursors and transactions wander among three workers", async () => {
  await using one = namedMongos(1);
  await using other = namedMongos(2);
  const uri = `mongodb://${one.host},${other.host}/?maxPoolSize=6`;
  await using fixture = await WorkersFixture.open(uri, { workers: 3 });
  const idle = await Promise.all(Array.from({ length: CONNECTIONS }, () => fixture.connect()));
  const random = seededRandom(7);
  const command = async (document: Document) => {
    const [client] = idle.splice(Math.floor(random() * idle.length), 1);
    const reply = await client!.command(document);
    idle.push(client!);
    return reply;
  };
  await Promise.all(Array.from({ length: APPLICATIONS }, (_, number) => runApplication(number, command)));
  const { cursors, transactions } = await fixture.status();
  assertEquals([cursors, transactions], [0, 0]);
});
