import type { ClientReport, Outcome } from "./client_report.ts";

/** How much of a value a difference shows. */
const SHOWN_CHARACTERS = 600;

/**
 * Says, a line each, in which checks the run through the gateway differs from the direct run, and where. A check that
 * failed in the direct run is a difference too: it would prove nothing.
 */
export function compareReports(direct: ClientReport, throughGateway: ClientReport): string[] {
  const names = new Set([...Object.keys(direct.checks), ...Object.keys(throughGateway.checks)]);
  return [...names].flatMap((name) => compareOutcomes(name, direct.checks[name], throughGateway.checks[name]));
}

function compareOutcomes(name: string, direct: Outcome | undefined, throughGateway: Outcome | undefined): string[] {
  if (direct === undefined || throughGateway === undefined) return [`${name}: only one of the two runs did it`];
  if ("failure" in direct) return [`${name}: failed directly: ${direct.failure}`];
  if ("failure" in throughGateway) return [`${name}: failed through the gateway: ${throughGateway.failure}`];
  return compareValues(name, direct.result, throughGateway.result);
}

/** Goes down to the values that differ, so that a long result shows only those. */
function compareValues(path: string, direct: unknown, throughGateway: unknown): string[] {
  if (isContainer(direct) && isContainer(throughGateway) && Array.isArray(direct) === Array.isArray(throughGateway)) {
    const keys = new Set([...Object.keys(direct), ...Object.keys(throughGateway)]);
    return [...keys].flatMap((key) => compareValues(`${path} › ${key}`, direct[key], throughGateway[key]));
  }
  return Object.is(direct, throughGateway)
    ? []
    : [`${path}: directly ${show(direct)}, through the gateway ${show(throughGateway)}`];
}

function isContainer(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function show(value: unknown): string {
  const text = value === undefined ? "nothing" : JSON.stringify(value);
  return text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text;
}
