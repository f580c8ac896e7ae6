import { cpuPercent, type Snapshot } from "./snapshot.ts";
import type { ClientFigures } from "./tally.ts";

/** What is known at one moment. */
export interface Moment {
  readonly clients: ClientFigures;
  readonly snapshot: Snapshot;
}

/** One line about what happened since an earlier moment. */
export function progressLine(start: number, before: Moment, now: Moment): string {
  const { gateway, server } = now.snapshot;
  const seconds = (now.snapshot.time - before.snapshot.time) / 1000;
  const rate = (now.clients.operations - before.clients.operations) / seconds;
  const at = Math.round((now.snapshot.time - start) / 1000);
  return [
    `${String(at).padStart(5)} s`,
    `${number(now.clients.clients)} clients, ${number(now.clients.came)} came`,
    `${number(rate)} operations/s`,
    `gateway ${megabytes(gateway.residentBytes)}, ${number(gateway.descriptors)} descriptors, ` +
    `${Math.round(cpuPercent(before.snapshot, now.snapshot))} % CPU`,
    `server ${server.connections} connections, ${server.cursors} cursors, ${server.transactions} transactions`,
    `errors: ${countKinds(now.clients.errors)}, wrong replies: ${countKinds(now.clients.wrong)}`,
  ].join("  ");
}

/** What was counted, by kind, the most frequent first. */
export function countKinds(kinds: Readonly<Record<string, number>>): string {
  const sorted = Object.entries(kinds).sort(([, a], [, b]) => b - a);
  return sorted.length === 0 ? "none" : sorted.map(([kind, count]) => `${number(count)} × ${kind}`).join("; ");
}

/** Bytes, for people. */
export function megabytes(bytes: number): string {
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}

function number(value: number): string {
  return Math.round(value).toLocaleString("en");
}
