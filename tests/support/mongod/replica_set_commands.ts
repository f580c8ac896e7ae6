import type { Document } from "bson";
import { CommandFailedError, type Login, WireClient } from "../wire_client.ts";
import { until } from "./wait.ts";

/** Where a member listens. */
export interface MemberAddress {
  readonly host: string;
  readonly port: number;
}

/** Elections within seconds instead of ten and more. */
const SETTINGS = { electionTimeoutMillis: 2000, heartbeatIntervalMillis: 500 };

/** How long the old primary does not stand for election after {@linkcode stepDown}. */
const STEP_DOWN_SECONDS = 10;

/** Turns empty members into a replica set and waits until one of them takes writes. */
export async function initiate<M extends MemberAddress>(setName: string, members: readonly M[]): Promise<M> {
  const [first] = members;
  if (first === undefined) throw new Error("A replica set needs at least one member");
  const hosts = members.map(({ host, port }, _id) => ({ _id, host: `${host}:${port}` }));
  using client = await WireClient.connect(first);
  await client.command("admin", {
    replSetInitiate: { _id: setName, version: 1, settings: SETTINGS, members: hosts },
  });
  return await findPrimary(members);
}

/** Waits until a member takes writes. */
export function findPrimary<M extends MemberAddress>(members: readonly M[], except?: M): Promise<M> {
  return until("there is a primary", async () => {
    for (const member of members) {
      if (member !== except && (await isMaster(member))?.ismaster === true) return member;
    }
    return null;
  });
}

/** Waits until all members are in service and have what has been written. */
export async function untilCaughtUp(members: readonly MemberAddress[], login?: Login): Promise<void> {
  await until("all members are primary or secondary", async () => {
    const states = await Promise.all(members.map(isMaster));
    return states.every((state) => state?.ismaster === true || state?.secondary === true) || null;
  });
  using client = await WireClient.connect(await findPrimary(members), login);
  await client.command("admin", {
    appendOplogNote: 1,
    data: { note: "all members are there" },
    writeConcern: { w: members.length },
  });
}

/** Makes the primary step down and waits until another member has taken over. */
export async function stepDown(members: readonly MemberAddress[], login?: Login): Promise<void> {
  const primary = await findPrimary(members);
  using client = await WireClient.connect(primary, login);
  await client.command("admin", { replSetStepDown: STEP_DOWN_SECONDS, secondaryCatchUpPeriodSecs: 5 });
  await findPrimary(members, primary);
}

/** What a member says of itself; null while it is away. */
async function isMaster(member: MemberAddress): Promise<Document | null> {
  try {
    using client = await WireClient.connect(member);
    return await client.command("admin", { isMaster: 1 });
  } catch (error) {
    if (error instanceof CommandFailedError) throw error;
    return null;
  }
}
