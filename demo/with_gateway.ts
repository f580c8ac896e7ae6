import { auditData } from "./audit.ts";
import type { GatewayProcess } from "./gateway_process.ts";
import { LiveView } from "./live_view.ts";
import { LoadFleet } from "./load_fleet.ts";
import type { Outcome } from "./outcome.ts";
import { pause } from "./pause.ts";
import type { Servers } from "./servers.ts";
import type { Stage } from "./stage.ts";
import { formatMs, formatNumber } from "./text.ts";

const CONNECT_TIMEOUT_MS = 45_000;
const REST_TIMEOUT_MS = 20_000;
/** What waited for a primary is reported for so long after there is one. */
const AFTER_ELECTION_MS = 2_500;

/** What the load came to, as far as the totals do not tell. */
interface Load {
  readonly clients: number;
  readonly loadMs: number;
  readonly electionMs: number;
}

/** Lets the applications work through the gateway, with an election in the middle, and shows what all sides see of it. */
export async function showWithGateway(stage: Stage, servers: Servers, gateway: GatewayProcess): Promise<Outcome> {
  const { plan, screen } = stage;
  screen.print(`· Connecting the same applications to the gateway, ${gateway.uri}`);
  const fleet = stage.resources.use(await LoadFleet.start(gateway.uri, plan, stage.onCrash));
  const load = await work(stage, servers, fleet);
  await fleet.stop();
  const audit = await auditData(await servers.replicaSet.primary(), plan.applications * plan.poolSize);
  const { table: { rows, upstream, version } } = servers;
  const { operations, retried, restarted, errors, inserted, steady, election } = fleet.totals;
  return {
    ...load,
    ...{ plan, upstream, servers: rows, mongodVersion: version },
    ...{ operations, retried, restarted, errors, inserted, audit },
    p50: steady.percentile(0.5),
    p99: steady.percentile(0.99),
    longestMs: election.percentile(1),
  };
}

async function work(stage: Stage, servers: Servers, fleet: LoadFleet): Promise<Load> {
  const { plan, screen } = stage;
  const { totals } = fleet;
  const wantedClients = plan.applications * plan.poolSize;
  await using view = new LiveView("With torana", { ...stage, ...servers, totals, phase: "withGateway", wantedClients });
  await fleet.until(({ connections }) => connections >= wantedClients, CONNECT_TIMEOUT_MS);
  screen.print(`  ${formatNumber(totals.connections)} connections are open; the applications begin to work`);
  view.startCounting();
  await fleet.order("work");
  await pause(plan.warmUpMs);
  totals.startMeasuring();
  const started = performance.now();
  await pause(plan.stepDownAfterMs);
  view.title = "With torana: the primary steps down";
  const electionMs = await stepDown(stage, servers, fleet);
  view.title = "With torana: there is another primary";
  await pause(plan.loadMs - (performance.now() - started));
  const clients = Math.min(totals.connections, totals.workedConnections);
  const loadMs = performance.now() - started;
  view.title = "With torana: the applications come to rest";
  await fleet.order("rest");
  const isResting = await fleet.until(() => totals.isResting, REST_TIMEOUT_MS);
  if (!isResting) {
    const late = totals.late.join("; ") || "nobody says what";
    totals.errors.push(`Something did not end within ${formatMs(REST_TIMEOUT_MS)}: ${late}`);
  }
  return { clients, loadMs, electionMs };
}

/** Resolves to how long there was no other primary. */
async function stepDown({ screen, paint }: Stage, { replicaSet }: Servers, { totals }: LoadFleet): Promise<number> {
  const started = performance.now();
  totals.isElecting = true;
  screen.print(paint.yellow("· The primary steps down"));
  await replicaSet.stepDown();
  const electionMs = performance.now() - started;
  screen.print(paint.yellow(`  There is another primary after ${formatMs(electionMs)}`));
  await pause(AFTER_ELECTION_MS);
  totals.isElecting = false;
  return electionMs;
}
