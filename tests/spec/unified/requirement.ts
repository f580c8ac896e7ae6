import type { Document } from "bson";
import type { Requirement } from "./test_format.ts";
import { compareVersions, parseVersion } from "./version.ts";

/** What is asked of a deployment. */
export interface DeploymentFacts {
  readonly version: string;
  readonly topology: "single" | "replicaset" | "load-balanced";
  readonly hasAuth: boolean;
  /** The reply to `getParameter: "*"`. */
  readonly parameters: Document;
}

/** How the reason begins where a deployment of another kind is wanted. */
export const OTHER_TOPOLOGY = "not for the topology";

/** Why none of the requirements is met, for people; null where one is, or there are none. */
export function unmetRequirement(
  requirements: readonly Requirement[] | undefined,
  deployment: DeploymentFacts,
): string | null {
  if (requirements === undefined) return null;
  const obstacles = requirements.map((requirement) => obstacle(requirement, deployment));
  if (obstacles.includes(null)) return null;
  // The one that is nearest to being met says it best.
  const byDistance = obstacles.flatMap((one) => one ?? []).sort((a, b) => b.checksPassed - a.checksPassed);
  return byDistance[0]?.reason ?? null;
}

interface Obstacle {
  readonly reason: string;
  readonly checksPassed: number;
}

type Check = (requirement: Requirement, deployment: DeploymentFacts) => string | null;

const CHECKS: readonly Check[] = [
  ({ serverless }) => serverless === "require" ? "no serverless instance" : null,
  ({ csfle }) => csfle !== undefined && csfle !== false ? "client-side encryption is left out" : null,
  ({ topologies }, { topology }) => {
    return topologies !== undefined && !topologies.includes(topology) ? `${OTHER_TOPOLOGY} ${topology}` : null;
  },
  ({ auth }, { hasAuth }) => {
    if (auth === undefined || auth === hasAuth) return null;
    return auth ? "the server has no authentication" : "the server has authentication";
  },
  ({ authMechanism }, { parameters }) => {
    if (authMechanism === undefined) return null;
    const known = (parameters.authenticationMechanisms ?? []).map((name: string) => name.toUpperCase());
    return known.includes(authMechanism.toUpperCase()) ? null : `the server does not have ${authMechanism}`;
  },
  ({ serverParameters = {} }, { parameters }) => {
    const differs = Object.entries(serverParameters).find(([name, value]) => parameters[name] !== value);
    return differs === undefined ? null : `the server's ${differs[0]} is not ${differs[1]}`;
  },
  ({ minServerVersion }, { version }) => {
    if (minServerVersion === undefined || isAtMost(minServerVersion, version)) return null;
    return "the server is too old";
  },
  ({ maxServerVersion }, { version }) => {
    if (maxServerVersion === undefined || isAtMost(version, maxServerVersion)) return null;
    return "the server is too new";
  },
];

function obstacle(requirement: Requirement, deployment: DeploymentFacts): Obstacle | null {
  for (const [checksPassed, check] of CHECKS.entries()) {
    const reason = check(requirement, deployment);
    if (reason !== null) return { reason, checksPassed };
  }
  return null;
}

function isAtMost(a: string, b: string): boolean {
  return compareVersions(parseVersion(a), parseVersion(b)) <= 0;
}
