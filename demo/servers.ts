import { startReplicaSet, type TestReplicaSet } from "../tests/support/mongod.ts";
import { writeData } from "./audit.ts";
import { ServerTable } from "./server_table.ts";
import { ServerWatch } from "./server_watch.ts";
import type { Stage } from "./stage.ts";

/** The servers and what is known of them. */
export interface Servers {
  readonly replicaSet: TestReplicaSet;
  readonly watch: ServerWatch;
  readonly table: ServerTable;
}

/** Starts the servers, and writes what the applications work with. */
export async function startServers({ plan, screen, resources }: Stage): Promise<Servers> {
  screen.print("· Starting a replica set of three members");
  const replicaSet = resources.use(await startReplicaSet());
  await writeData(await replicaSet.primary(), plan.applications * plan.poolSize);
  const watch = resources.use(await ServerWatch.connect(replicaSet.members));
  const table = new ServerTable();
  table.record("idle", await watch.ask());
  screen.print(`  mongod ${table.version} at ${table.rows.map(({ name }) => name).join(", ")}`);
  return { replicaSet, watch, table };
}
