import type { MongodVersion } from "../../support/mongod.ts";
import { openSharedServers, sharedGateway, sharedReplicaSet, sharedStandalone } from "../../support/mongod/shared.ts";
import { clientUri } from "./client_uri.ts";
import { type Deployment, describeDeployment } from "./deployment.ts";

/** Servers that cases are run against, before they are started. */
export interface DeploymentKind {
  readonly version: MongodVersion;
  /** The load balancer is a gateway before a replica set. */
  readonly topology: "single" | "replicaset" | "load-balanced";
  /** All of them by default. */
  readonly suites?: readonly string[];
}

/** What the driver is run against; a case that several can run is run against each. */
export const DEPLOYMENTS: readonly DeploymentKind[] = [
  { version: "6.0", topology: "replicaset" },
  { version: "6.0", topology: "single" },
  { version: "5.0", topology: "replicaset" },
  { version: "6.0", topology: "load-balanced", suites: ["load-balancers"] },
];

const NAMES = { single: "standalone", replicaset: "replica set", "load-balanced": "gateway" } as const;

/** For people, e.g. `6.0 replica set`. */
export function nameOf({ version, topology }: DeploymentKind): string {
  return `${version} ${NAMES[topology]}`;
}

/** Starts the servers, which all tests of this process share, unless they run. To be called while a test file loads. */
export async function openDeployment(kind: DeploymentKind): Promise<Deployment> {
  openSharedServers();
  const name = nameOf(kind);
  if (kind.topology === "single") {
    const server = await sharedStandalone(kind.version);
    return await describeDeployment({
      name,
      // Without directConnection, so that discovery is tested.
      uri: `mongodb://${server.host}:${server.port}/`,
      topology: "single",
      members: [server],
      primary: () => Promise.resolve(server),
    });
  }
  if (kind.topology === "load-balanced") {
    const { uri, members, primary } = await sharedGateway(kind.version);
    const balanced = clientUri(uri, { loadBalanced: true });
    return await describeDeployment({ name, uri: balanced, topology: "load-balanced", members, primary });
  }
  const { uri, members, primary } = await sharedReplicaSet(kind.version);
  return await describeDeployment({ name, uri, topology: "replicaset", members, primary });
}
