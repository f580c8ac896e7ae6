import type { Audit } from "./audit.ts";
import type { ServerRow } from "./picture.ts";
import type { DemoPlan } from "./plan.ts";
import { formatCount, formatNumber } from "./text.ts";

/** What came out of the demo. */
export interface Outcome {
  readonly plan: DemoPlan;
  readonly mongodVersion: string;
  /** Client connections that were open through the gateway and carried operations. */
  readonly clients: number;
  /** The most connections that the gateway had to any one server at any time. */
  readonly upstream: number;
  readonly servers: readonly ServerRow[];
  readonly operations: number;
  readonly loadMs: number;
  /** Of operations while there was a primary, in milliseconds. */
  readonly p50: number | null;
  readonly p99: number | null;
  /** How long the servers took to elect another primary, and the longest that an operation took meanwhile. */
  readonly electionMs: number;
  readonly longestMs: number | null;
  readonly retried: number;
  readonly restarted: number;
  readonly errors: readonly string[];
  /** Insertions that were acknowledged. */
  readonly inserted: number;
  readonly audit: Audit;
}

/** Lists which promises were not kept; nothing when all were. */
export function brokenPromises({ plan, clients, upstream, errors, inserted, audit }: Outcome): string[] {
  const broken: string[] = [];
  if (clients < plan.targetClients) {
    broken.push(
      `${formatNumber(clients)} client connections worked, promised were ${formatNumber(plan.targetClients)}`,
    );
  }
  if (upstream > plan.targetUpstream) {
    broken.push(`${upstream} upstream connections to one server, promised were at most ${plan.targetUpstream}`);
  }
  if (errors.length > 0) broken.push(`${formatCount(errors.length, "error")} reached an application`);
  if (audit.money !== audit.firstMoney) {
    broken.push(`The accounts hold ${formatNumber(audit.money)}, and held ${formatNumber(audit.firstMoney)}`);
  }
  // An insertion that ended in an error may have been made all the same.
  if (audit.entries < inserted || audit.entries > inserted + errors.length) {
    broken.push(`${formatNumber(inserted)} insertions were acknowledged, and ${formatNumber(audit.entries)} are there`);
  }
  return broken;
}
