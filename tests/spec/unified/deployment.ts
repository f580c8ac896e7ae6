import { CommandFailedError, WireClient } from "../../support/wire_client.ts";
import type { DeploymentFacts } from "./requirement.ts";

/** Servers that cases run against. */
export interface Deployment extends DeploymentFacts {
  /** For people, e.g. `6.0 replica set`. */
  readonly name: string;
  readonly uri: string;
  readonly members: readonly ServerAddress[];
  /** Where writes go now. */
  primary(): Promise<ServerAddress>;
}

/** Where a server listens. */
export interface ServerAddress {
  readonly host: string;
  readonly port: number;
}

/** Asks the servers what they are. */
export async function describeDeployment(
  deployment: Pick<Deployment, "name" | "uri" | "topology" | "members" | "primary">,
): Promise<Deployment> {
  using client = await WireClient.connect(await deployment.primary());
  const { versionArray } = await client.command("admin", { buildInfo: 1 });
  const parameters = await client.command("admin", { getParameter: "*" });
  return { ...deployment, version: versionArray.slice(0, 3).join("."), hasAuth: false, parameters };
}

/** Ends all sessions and with them the transactions that a case left open. */
export async function endTransactions(client: WireClient): Promise<void> {
  try {
    await client.command("admin", { killAllSessions: [] });
  } catch (error) {
    // The command may end itself (SERVER-38335).
    if (!(error instanceof CommandFailedError) || error.code !== INTERRUPTED) throw error;
  }
}

const INTERRUPTED = 11601;
