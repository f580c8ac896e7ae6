import type { LoadMode } from "./load/messages.ts";
import type { Load } from "./load_generator.ts";

/** What goes on beside the clients that are measured, and is not measured itself. */
export interface Neighbour {
  readonly mode: LoadMode;
  /** As a share of all clients, or one. */
  readonly clients: "half" | "one";
}

/** What clients do. */
export interface LoadKind {
  /** As the pages name it. */
  readonly name: string;
  readonly mode: LoadMode;
  /** Size of the text in the document that a `find` reads. @default {100} */
  readonly documentBytes?: number;
  /** The rhythm of the clients; without one each sends its next request at once. */
  readonly rhythm?: (clients: number) => Pick<Load, "burst" | "think">;
  readonly neighbour?: Neighbour;
  /** Whether the clients that are measured stand idle, all but one. */
  readonly isIdle?: boolean;
  /** @default {1} */
  readonly leastClients?: number;
  /** @default {Infinity} */
  readonly mostClients?: number;
}

/** Megabytes in flight must fit into memory. */
const MOST_CLIENTS_OF_LARGE_REPLIES = 32;
/** Bursts and think time keep the rate below this, so that neither the generator nor the server is at its limit. */
const RHYTHM_OPERATIONS_PER_MS = 5;
const SHORTEST_BURST_PERIOD_MS = 5;
const SHORTEST_THINK_MS = 2;

const LARGE = { neighbour: { mode: "readLarge", clients: "one" } } as const;

/** Every load by its name in the results. */
export const LOADS = {
  "ping": { name: "ping", mode: "ping" },
  "find": { name: "find", mode: "find" },
  "insert": { name: "insert of 100 B", mode: "insert" },
  "find-10k": { name: "find of 10 KB", mode: "find", documentBytes: 10_000 },
  "find-1m": {
    name: "find of 1 MB",
    mode: "find",
    documentBytes: 1_000_000,
    mostClients: MOST_CLIENTS_OF_LARGE_REPLIES,
  },
  "steady": { name: "steady", mode: "find" },
  "bursts": {
    name: "bursts",
    mode: "find",
    rhythm: (clients) => ({ burst: Math.max(SHORTEST_BURST_PERIOD_MS, Math.ceil(clients / RHYTHM_OPERATIONS_PER_MS)) }),
  },
  "think": {
    name: "think time",
    mode: "find",
    rhythm: (clients) => ({ think: Math.max(SHORTEST_THINK_MS, clients / RHYTHM_OPERATIONS_PER_MS) }),
  },
  "slow": { name: "5 ms queries", mode: "slow" },
  "mixed": {
    name: "finds beside 5 ms queries",
    mode: "find",
    neighbour: { mode: "slow", clients: "half" },
    leastClients: 2,
  },
  "connect": { name: "new connections", mode: "connect" },
  "idle": { name: "idle clients", mode: "ping", isIdle: true },
  "alone": { name: "alone", mode: "find" },
  "beside-reads": { name: "beside reads of 16 MB", mode: "find", ...LARGE },
  "beside-inserts": {
    name: "beside inserts of 16 MB",
    mode: "find",
    neighbour: { mode: "insertLarge", clients: "one" },
  },
} as const satisfies Readonly<Record<string, LoadKind>>;

/** A load's name in the results. */
export type LoadId = keyof typeof LOADS;

/** What a load is. */
export function loadKind(id: LoadId): LoadKind {
  return LOADS[id];
}

/** Whether only the project's own generator knows this load. */
export function needsOwnGenerator({ mode, rhythm }: LoadKind): boolean {
  return mode === "slow" || rhythm !== undefined;
}

/** Whether a load makes sense with so many clients. */
export function suits({ leastClients = 1, mostClients = Infinity }: LoadKind, clients: number): boolean {
  return clients >= leastClients && clients <= mostClients;
}
