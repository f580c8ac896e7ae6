// An unmodified Node driver in replica-set mode that does what each line of its standard input says, and prints the
// outcome as a line of JSON.
import process from "node:process";
import { TextLineStream } from "../../../support/text_line_stream.ts";
import { NODE_DRIVER_VERSIONS } from "../../clients/versions.ts";
import type { Load, SetState } from "../client_answers.ts";

/** As much of the driver as is used here. */
interface Driver {
  readonly MongoClient: new (uri: string, options: object) => Client;
}

interface Client {
  on(event: string, listener: (event: TopologyEvent & CommandEvent) => void): void;
  connect(): Promise<unknown>;
  db(name: string): { collection(name: string, options?: object): Collection };
  close(): Promise<void>;
}

interface TopologyEvent {
  readonly newDescription: { readonly servers: ReadonlyMap<string, { readonly type: string }> };
}

interface CommandEvent {
  readonly commandName: string;
  readonly address: string;
}

interface Collection {
  insertOne(document: { _id: string }): Promise<unknown>;
  findOne(filter: object): Promise<unknown>;
}

const { MongoClient }: Driver = await import(`npm:mongodb@${NODE_DRIVER_VERSIONS[0]}`);
const [uri, name] = Deno.args;
if (uri === undefined || name === undefined) throw new Error("Usage: node_member_client.ts URI NAME");

const client = new MongoClient(uri, { monitorCommands: true });
const addresses = new Set<string>();
let state: SetState = { primary: null, secondaries: [] };
let onState = () => {};
let lastFindAt = "";
client.on("topologyDescriptionChanged", ({ newDescription: { servers } }) => {
  const ofType = (type: string) =>
    [...servers].filter(([, server]) => server.type === type).map(([address]) => address);
  for (const address of servers.keys()) addresses.add(address);
  state = { primary: ofType("RSPrimary")[0] ?? null, secondaries: ofType("RSSecondary").sort() };
  onState();
});
client.on("commandStarted", ({ commandName, address }) => {
  addresses.add(address);
  if (commandName === "find") lastFindAt = address;
});

const collection = (options = {}) => client.db("mirror").collection("writes", options);
let load: { isEnding: boolean; readonly ended: Promise<Load> } | null = null;

const commands: Record<string, (argument: string) => Promise<unknown>> = {
  state: () => Promise.resolve(state),
  addresses: () => Promise.resolve([...addresses].sort()),
  /** Waits until somebody is primary who is not the one named. */
  async otherPrimary(former) {
    while (state.primary === null || state.primary === former) {
      await new Promise<void>((resolve) => onState = resolve);
    }
    return state.primary;
  },
  /** Waits until so many secondaries are known. */
  async secondaries(count) {
    while (state.secondaries.length !== Number(count)) await new Promise<void>((resolve) => onState = resolve);
    return state.secondaries;
  },
  async write(id) {
    await collection().insertOne({ _id: id });
    return await collection().findOne({ _id: id });
  },
  /** Where reads of that mode go, of twenty. */
  async readsAt(mode) {
    const found = new Set<string>();
    for (let i = 0; i < 20; i++) {
      await collection({ readPreference: mode }).findOne({});
      found.add(lastFindAt);
    }
    return [...found].sort();
  },
  load() {
    const running = { isEnding: false, ended: Promise.resolve({ ids: [], errors: [] } as Load) };
    running.ended = work(() => running.isEnding);
    load = running;
    return Promise.resolve("runs");
  },
  unload() {
    load!.isEnding = true;
    return load!.ended;
  },
};

/** Writes and reads, eight tasks at once, until told to end. */
async function work(isEnding: () => boolean): Promise<Load> {
  const outcome: { ids: string[]; errors: string[] } = { ids: [], errors: [] };
  const majority = collection({ writeConcern: { w: "majority" } });
  const nearby = collection({ readPreference: "secondaryPreferred" });
  await Promise.all(Array.from({ length: 8 }, async (_, task) => {
    for (let i = 0; !isEnding(); i++) {
      try {
        const _id = `${name}-${task}-${i}`;
        await majority.insertOne({ _id });
        outcome.ids.push(_id);
        await nearby.findOne({});
      } catch (error) {
        outcome.errors.push(String(error));
      }
    }
  }));
  return outcome;
}

await client.connect();
console.log(JSON.stringify("connected"));
for await (const line of Deno.stdin.readable.pipeThrough(new TextDecoderStream()).pipeThrough(new TextLineStream())) {
  const [command = "", argument = ""] = line.split(" ");
  try {
    console.log(JSON.stringify(await commands[command]!(argument)));
  } catch (error) {
    console.log(JSON.stringify({ error: String(error) }));
  }
}
await client.close();
process.exit(0);
