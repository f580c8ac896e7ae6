import { parseArgs } from "@std/cli";

/** What a soak run is asked for. */
export interface SoakOptions {
  readonly minutes: number;
  /** How many there are at any time. */
  readonly clients: number;
  /** The gateway's `--io`. */
  readonly io: string;
  /** The gateway's `--workers`. */
  readonly workers: string;
  /** The gateway's `--orphan-timeout`, in milliseconds. */
  readonly orphanTimeoutMS: number;
}

/** The gateway's default. */
const ORPHAN_TIMEOUT_MS = 10_000;

const DEFAULTS = { minutes: "30", clients: "4000", io: "auto", workers: "1" };

/** How the program is used. */
export const USAGE = "deno task soak [--minutes=30] [--clients=4000] [--io=auto|deno|epoll] [--workers=1]";

/** Reads the arguments. Throws `TypeError` that says which one is wrong. */
export function parseOptions(args: readonly string[]): SoakOptions {
  const flags: Record<string, unknown> = parseArgs([...args], { string: Object.keys(DEFAULTS) });
  const { _: rest, ...given } = flags as { _: string[] } & Record<string, string>;
  const unknown = rest[0] ?? Object.keys(given).find((name) => !Object.hasOwn(DEFAULTS, name));
  if (unknown !== undefined) throw new TypeError(`Unknown argument ${unknown}, expected ${USAGE}`);
  const { minutes, clients, io, workers } = { ...DEFAULTS, ...given };
  return {
    minutes: positive("minutes", minutes),
    clients: Math.ceil(positive("clients", clients)),
    io,
    workers,
    orphanTimeoutMS: ORPHAN_TIMEOUT_MS,
  };
}

function positive(name: string, text: string): number {
  const value = Number(text);
  if (text !== "" && value > 0 && Number.isFinite(value)) return value;
  throw new TypeError(`--${name} is ${JSON.stringify(text)}, expected a number above 0`);
}
