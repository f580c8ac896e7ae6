import { LiveView } from "./live_view.ts";
import { LoadFleet } from "./load_fleet.ts";
import { pause } from "./pause.ts";
import type { Servers } from "./servers.ts";
import type { Stage } from "./stage.ts";
import { formatNumber } from "./text.ts";

const CONNECT_TIMEOUT_MS = 45_000;
/** For how long full pools are looked at before they close. */
const LOOK_MS = 1_500;
/** How many more connections the members may have among themselves by then. */
const OWN_CONNECTIONS = 10;

/** Lets the applications connect to the servers themselves, and shows what the servers see of it. */
export async function showWithoutGateway(stage: Stage, servers: Servers): Promise<void> {
  const { plan, screen } = stage;
  const { replicaSet: { uri, members } } = servers;
  screen.print(
    `· Connecting ${plan.applications} applications to the servers directly, with ${plan.poolSize} connections each`,
  );
  const fleet = stage.resources.use(await LoadFleet.start(uri, plan, stage.onCrash));
  const wantedClients = plan.applications * plan.poolSize * members.length;
  {
    const { totals } = fleet;
    await using _view = new LiveView("Without torana", {
      ...stage,
      ...servers,
      totals,
      phase: "without",
      wantedClients,
    });
    await fleet.until(({ connections }) => connections >= wantedClients, CONNECT_TIMEOUT_MS);
    await pause(LOOK_MS);
  }
  const connections = servers.table.rows.map(({ without }) => formatNumber(without ?? 0));
  screen.print(`  The servers have ${connections.join(", ")} connections`);
  await fleet.stop();
  await untilGone(servers);
}

/** Waits until the servers have noticed that the applications are gone, and takes down what is left as idle. */
async function untilGone({ watch, table }: Servers): Promise<void> {
  const idle = new Map(table.rows.map((row) => [row.name, row.idle]));
  for (;;) {
    const servers = await watch.ask();
    if (servers.every(({ name, connections }) => connections <= (idle.get(name) ?? 0) + OWN_CONNECTIONS)) {
      return table.record("idle", servers);
    }
    await pause(100);
  }
}
