// Writes and reads back through one URI until its standard input ends, and prints what was acknowledged.
import type { AcknowledgedWrites } from "../acknowledged_writes.ts";
import { NODE_DRIVER_VERSIONS } from "./versions.ts";

const CLIENTS = 4;
const TASKS_A_CLIENT = 16;

/** As much of the driver as is used here. */
interface Driver {
  readonly MongoClient: new (uri: string, options: { maxPoolSize: number }) => Client;
}

interface Client {
  db(name: string): { collection(name: string, options: object): Collection };
  close(): Promise<void>;
}

interface Collection {
  insertOne(document: Written): Promise<{ insertedId: string }>;
  findOne(filter: Partial<Written>): Promise<Written | null>;
}

interface Written {
  readonly _id: string;
  readonly by: string;
}

const { MongoClient }: Driver = await import(`npm:mongodb@${NODE_DRIVER_VERSIONS[0]}`);
const [uri] = Deno.args;
if (uri === undefined) throw new Error("Usage: acknowledged_writes.ts URI");

const outcome: AcknowledgedWrites = { ids: [], mixedReplies: [], errors: [], lateWrites: 0 };
let isEnding = false;

/** Inserts documents of its own and finds each again; no document is like another task's. */
async function work(client: Client, name: string): Promise<void> {
  const collection = client.db("failover").collection("writes", { writeConcern: { w: "majority" } });
  for (let i = 0; !isEnding; i++) {
    const _id = `${name}-${i}`;
    try {
      const { insertedId } = await collection.insertOne({ _id, by: name });
      outcome.ids.push(insertedId);
      const found = await collection.findOne({ _id });
      if (found?._id !== _id || found.by !== name) outcome.mixedReplies.push(`${_id}: ${JSON.stringify(found)}`);
    } catch (error) {
      outcome.errors.push(`${_id}: ${error}`);
    }
  }
}

const clients = Array.from({ length: CLIENTS }, () => new MongoClient(uri, { maxPoolSize: TASKS_A_CLIENT }));
const tasks = clients.flatMap((client, c) =>
  Array.from({ length: TASKS_A_CLIENT }, (_, t) => work(client, `c${c}t${t}`))
);
// A line on standard input: the fault is over, and what comes from now on shows that the clients recovered.
let atFault = 0;
for await (const _ of Deno.stdin.readable) atFault = outcome.ids.length;
isEnding = true;
await Promise.all(tasks);
await Promise.all(clients.map((client) => client.close()));
console.log(JSON.stringify({ ...outcome, lateWrites: outcome.ids.length - atFault }));
