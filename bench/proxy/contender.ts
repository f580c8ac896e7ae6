import { importMapArgs, repositoryPath } from "../../tools/import_map.ts";
import { PROXY_V8_FLAGS } from "../../tools/run.ts";

/** A proxy that takes part. */
export interface Contender {
  /** As `--contenders` and the results name it. */
  readonly id: string;
  /** The program and its first arguments; `-network tcp4 ADDRESS=URI` follows. */
  readonly command: readonly string[];
}

/** Stands for no proxy at all. */
export const DIRECT = "direct";

/** What sets the gateways that take part apart. */
interface Variant {
  readonly name: string;
  readonly flags: readonly string[];
}

const VARIANTS: Readonly<Record<string, Variant>> = {
  "deno": { name: "torana deno", flags: ["--io=deno"] },
  "deno-off": { name: "torana deno, off", flags: ["--io=deno", "--coalescing-window=0"] },
  "deno-2": { name: "torana deno, 2 workers", flags: ["--io=deno", "--workers=2"] },
  "epoll": { name: "torana epoll", flags: ["--io=epoll"] },
  "epoll-off": { name: "torana epoll, off", flags: ["--io=epoll", "--coalescing-window=0"] },
  "epoll-2": { name: "torana epoll, 2 workers", flags: ["--io=epoll", "--workers=2"] },
};

/** The gateways that take part by default, in the order of the tables. */
export const GATEWAYS: readonly string[] = Object.keys(VARIANTS);

/** Gateways that differ in coalescing alone. */
export const COALESCING_PAIRS: readonly { readonly on: string; readonly off: string }[] = [
  { on: "deno", off: "deno-off" },
  { on: "epoll", off: "epoll-off" },
];

/** As the pages name a contender. */
export function contenderName(id: string): string {
  return VARIANTS[id]?.name ?? id;
}

/** Whether it is a gateway with several workers. */
export function hasWorkers(id: string): boolean {
  return VARIANTS[id]?.flags.some((flag) => flag.startsWith("--workers=")) ?? false;
}

/** In the order of the tables: direct, the gateways, the peers. */
export function inTableOrder(ids: Iterable<string>): string[] {
  const order = [DIRECT, ...GATEWAYS];
  const place = (id: string) => order.includes(id) ? order.indexOf(id) : order.length;
  return [...ids].sort((a, b) => place(a) - place(b) || a.localeCompare(b));
}

/**
 * The gateways and the peers that `TORANA_PEERS` names, or of them those that `ids` names. Throws `Error` where one is
 * not known.
 */
export function findContenders(ids: readonly string[] | null): Contender[] {
  const peers = (Deno.env.get("TORANA_PEERS") ?? "").split(/\s+/).filter((text) => text !== "");
  const all = [...GATEWAYS.map(gateway), ...peers.map(parsePeer)];
  return ids === null ? all : ids.filter((id) => id !== DIRECT).map((id) => named(id, all));
}

function named(id: string, all: readonly Contender[]): Contender {
  const found = all.find((contender) => contender.id === id);
  if (found !== undefined) return found;
  throw new Error(`There is no contender ${id}: known are ${all.map(({ id }) => id).join(", ")}`);
}

function gateway(id: string): Contender {
  const deno = [Deno.execPath(), "run", "-A", "--unstable-net", "--no-check", PROXY_V8_FLAGS, ...importMapArgs()];
  return { id, command: [...deno, repositoryPath("proxy/main.ts"), ...VARIANTS[id]!.flags] };
}

function parsePeer(text: string): Contender {
  const [id = "", path = ""] = text.split("=", 2);
  if (id !== "" && path !== "") return { id, command: [path] };
  throw new Error(`TORANA_PEERS: expected name=/path/to/program, got ${JSON.stringify(text)}`);
}
