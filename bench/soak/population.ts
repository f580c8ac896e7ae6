import { ACTIVITIES } from "./activities.ts";
import type { Breaks } from "./breaks.ts";
import { SoakClient, type Surroundings } from "./client.ts";
import { ENDINGS } from "./endings.ts";
import { chooseWeighted, type Weighted } from "./weighted.ts";
import { WrongReplyError } from "./wire_connection.ts";

/** Means; clients come and go by chance. */
const LIFE_MS = 20_000;
const PAUSE_MS = 2_500;
/** The first clients come within this time. */
const ARRIVAL_MS = 10_000;
const REPLY_TIMEOUT_MS = 30_000;
const PATROL_MS = 1_000;

type Life = (client: SoakClient, breaks: Breaks) => Promise<void>;

const LIVES: readonly Weighted<Life>[] = [
  { weight: 85, value: work },
  { weight: 10, value: idle },
  { weight: 5, value: saySoLittle },
];

/** Keeps `size` clients there until the breaks end; resolves when the last has left. */
export async function populate(size: number, shared: Surroundings, breaks: Breaks): Promise<void> {
  let next = 0;
  const place = async () => {
    await breaks.pause(ARRIVAL_MS * Math.random());
    while (!breaks.isOver) await live(new SoakClient(next++, shared), shared, breaks);
  };
  const patrol = setInterval(() => closeHanging(shared), PATROL_MS);
  await Promise.all(Array.from({ length: size }, place));
  clearInterval(patrol);
}

async function live(client: SoakClient, { tally }: Surroundings, breaks: Breaks): Promise<void> {
  tally.came++;
  tally.clients++;
  try {
    await client.connect();
    await chooseWeighted(LIVES, Math.random())(client, breaks);
  } catch (error) {
    tally.fail(error);
    // What cannot be reached is not asked again at once.
    await breaks.pause(PAUSE_MS);
  } finally {
    client.close();
    tally.clients--;
  }
}

async function work(client: SoakClient, breaks: Breaks): Promise<void> {
  await client.greet();
  const end = performance.now() + exponential(LIFE_MS);
  while (!breaks.isOver && performance.now() < end) {
    await chooseWeighted(ACTIVITIES, Math.random())(client);
    await breaks.pause(exponential(PAUSE_MS));
  }
  await chooseWeighted(ENDINGS, Math.random())(client);
}

async function idle(client: SoakClient, breaks: Breaks): Promise<void> {
  await client.greet();
  await breaks.pause(exponential(LIFE_MS));
}

/** Some connections never say anything. */
async function saySoLittle(_client: SoakClient, breaks: Breaks): Promise<void> {
  await breaks.pause(exponential(LIFE_MS));
}

function closeHanging({ connections, tally }: Surroundings): void {
  const now = performance.now();
  for (const connection of connections) {
    if (connection.waiting === null || now - connection.waiting.since < REPLY_TIMEOUT_MS) continue;
    tally.fail(new WrongReplyError(`${connection.waiting.command} has no reply after ${REPLY_TIMEOUT_MS} ms`));
    connections.delete(connection);
    connection.close();
  }
}

function exponential(mean: number): number {
  return -mean * Math.log(1 - Math.random());
}
