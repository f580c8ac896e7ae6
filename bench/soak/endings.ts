import { echoCommand, openPages } from "./activities.ts";
import { type SoakClient, WRITES } from "./client.ts";
import type { Weighted } from "./weighted.ts";
import { WrongReplyError } from "./wire_connection.ts";

/** The last thing that a client does before it closes its connections. */
export type Ending = (client: SoakClient) => Promise<void>;

const LARGE_BYTES = 1_000_000;

/** How clients leave, and how often. */
export const ENDINGS: readonly Weighted<Ending>[] = [
  { weight: 37, value: endSession },
  { weight: 15, value: () => Promise.resolve() },
  { weight: 15, value: async (client) => void await openPages(client, 2) },
  { weight: 3, value: leaveTransactionOpen },
  { weight: 10, value: leaveInRequest },
  { weight: 10, value: leaveBeforeReply },
  { weight: 3, value: leaveInReply },
  { weight: 7, value: halfClose },
];

async function endSession(client: SoakClient): Promise<void> {
  if (client.hasSession) await client.run({ endSessions: [client.lsid] }, client.connection, "admin");
}

/** What it writes must not be there in the end. */
async function leaveTransactionOpen(client: SoakClient): Promise<void> {
  const write = client.nextWrite();
  if (write === null) return;
  const documents = [client.document(write)];
  await client.run({ insert: WRITES, documents, ...client.beginTransaction(), startTransaction: true });
}

/** Nor what it sent a part of. */
async function leaveInRequest(client: SoakClient): Promise<void> {
  const write = client.nextWrite();
  if (write === null) return;
  const document = { ...client.document(write), text: "x".repeat(Math.random() < 0.1 ? LARGE_BYTES : 100) };
  await client.connection.send("soak", { insert: WRITES, documents: [document] }, 0.9 * Math.random());
}

async function leaveBeforeReply(client: SoakClient): Promise<void> {
  const write = client.nextWrite();
  if (write === null) return;
  client.ledger.doubt(client.number, write);
  await client.connection.send("soak", { insert: WRITES, documents: [client.document(write)] });
}

async function leaveInReply(client: SoakClient): Promise<void> {
  await client.connection.send("soak", echoCommand(client, LARGE_BYTES));
  await client.connection.readSome();
}

/** Says that it sends nothing more, and waits for the gateway to leave, too. */
async function halfClose(client: SoakClient): Promise<void> {
  await client.connection.closeWrite();
  if (await client.connection.readSome() !== null) throw new WrongReplyError("Bytes came that nobody asked for");
}
