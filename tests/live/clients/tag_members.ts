import type { SharedReplicaSet } from "../../support/mongod.ts";
import { WireClient } from "../../support/wire_client.ts";

/** Of the secondaries, for reads by tag set. */
const SECONDARY_REGIONS = ["west", "east"];

interface Member {
  readonly host: string;
  readonly tags: Record<string, string>;
}

interface Config {
  readonly version: number;
  readonly members: readonly Member[];
}

/** Gives the members of a replica set a tag `region`: north for the present primary, west and east for the others. */
export async function tagMembers(set: SharedReplicaSet): Promise<void> {
  const primary = await set.primary();
  using client = await WireClient.connect(primary);
  const { config }: { config?: Config } = await client.command("admin", { replSetGetConfig: 1 });
  if (config === undefined) throw new Error("The primary told no configuration");
  const regions = SECONDARY_REGIONS.values();
  const members = config.members.map((member) => {
    const isPrimary = member.host === `${primary.host}:${primary.port}`;
    return { ...member, tags: { region: isPrimary ? "north" : regions.next().value ?? "elsewhere" } };
  });
  await client.command("admin", { replSetReconfig: { ...config, version: config.version + 1, members } });
}
