import type { MongodVersion } from "../../support/mongod.ts";
import { openSharedServers, sharedReplicaSet, sharedStandalone } from "../../support/mongod/shared.ts";
import { type Deployment, describeDeployment } from "./deployment.ts";

/** Servers that cases are run against, before they are started. */
export interface DeploymentKind {
  readonly version: MongodVersion;
  readonly topology: "single" | "replicaset";
}

/** What the driver is run against; a case that several can run is run against each. */
export const DEPLOYMENTS: readonly DeploymentKind[] = [
  { version: "6.0", topology: "replicaset" },
  { version: "6.0", topology: "single" },
  { version: "5.0", topology: "replicaset" },
];

/** For people, e.g. `6.0 replica set`. */
export function nameOf({ version, topology }: DeploymentKind): string {
  return `${version} ${topology === "single" ? "standalone" : "replica set"}`;
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
  const { uri, members, primary } = await sharedReplicaSet(kind.version);
  return await describeDeployment({ name, uri, topology: "replicaset", members, primary });
}
