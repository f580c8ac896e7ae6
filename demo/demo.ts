import { fetchPrograms } from "./fetch_programs.ts";
import { GatewayProcess } from "./gateway_process.ts";
import type { Outcome } from "./outcome.ts";
import { startServers } from "./servers.ts";
import type { Stage } from "./stage.ts";
import { showWithGateway } from "./with_gateway.ts";
import { showWithoutGateway } from "./without_gateway.ts";

/** What came out, and what runs on until the stage's resources are disposed of. */
export interface DemoResult {
  readonly outcome: Outcome;
  readonly gatewayUri: string;
  readonly replicaSetUri: string;
}

/** Plays the demo: servers, applications without the gateway, the same applications with it. */
export async function runDemo(stage: Stage): Promise<DemoResult> {
  const { plan, screen, resources, onCrash } = stage;
  screen.print("· Fetching the driver and the programs, unless they are in the cache");
  await fetchPrograms();
  const servers = await startServers(stage);
  const { uri } = servers.replicaSet;
  await showWithoutGateway(stage, servers);
  screen.print("· Starting the gateway");
  const gateway = resources.use(
    await GatewayProcess.start({ uri, maxPoolSize: plan.upstreamPoolSize, onCrash }),
  );
  const outcome = await showWithGateway(stage, servers, gateway);
  return { outcome, gatewayUri: gateway.uri, replicaSetUri: uri };
}
