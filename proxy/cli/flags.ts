import { DEFAULT_LIMITS } from "../limits.ts";
import { DEFAULT_COALESCING_WINDOW_MS } from "../../driver/transport/coalescing_window.ts";
import {
  boolean,
  duration,
  fineDuration,
  type FlagKind,
  integer,
  integerOr,
  listOf,
  oneOf,
  ratio,
  text,
} from "./flag_kind.ts";

/** The headings of the flags in `--help`, in their order. */
export const FLAG_GROUPS = ["Listening", "Upstream", "Limits", "Log", "Process"] as const;

/** Where a flag may be given besides the command line. */
export type FlagPlaces = "everywhere" | "environment" | "command line";

/** One flag of the program. */
export interface Flag<T> {
  readonly kind: FlagKind<T>;
  readonly default: T;
  readonly group: (typeof FLAG_GROUPS)[number];
  readonly help: string;
  /** @default {"everywhere"} */
  readonly places?: FlagPlaces;
  /** Whether the value must never be shown. */
  readonly isSecret?: boolean;
}

const COMPRESSORS = ["snappy", "zlib", "zstd"] as const;
const LOG_LEVELS = ["debug", "info", "warn", "error", "dpanic", "panic", "fatal"] as const;
const IO_CHOICES = ["auto", "deno", "epoll"] as const;
const MAX_INT32 = 2 ** 31 - 1;
const MAX_WORKERS = 64;

/**
 * Every flag by its key in the JSON file; `flagName` and `variableName` make the flag and the environment variable
 * of a key. The first seven are mongobetween's, with its names, words and defaults.
 */
export const FLAGS = {
  network: {
    kind: oneOf(["tcp", "tcp4", "tcp6", "unix", "unixpacket"], "NETWORK"),
    default: "tcp4",
    group: "Listening",
    help:
      "How addresses without a host listen: tcp4 on all of IPv4, tcp6 on all of IPv6, tcp on both; with unix every address is a socket's path",
  },
  unlink: {
    kind: boolean,
    default: false,
    group: "Listening",
    help: "Remove a socket file that is already there before listening on it",
  },
  username: {
    kind: text("NAME"),
    default: "",
    group: "Upstream",
    help: "User name for URIs without one, or with _ in its place",
  },
  password: {
    kind: text("PASSWORD"),
    default: "",
    group: "Upstream",
    isSecret: true,
    help: "Password for URIs with a user name and no password; other users of the machine can read flags, so rather " +
      "set the environment variable",
  },
  ping: {
    kind: boolean,
    default: false,
    group: "Upstream",
    help: "Wait for every deployment to answer before listening, and give up if one does not",
  },
  pretty: {
    kind: boolean,
    default: false,
    group: "Log",
    help: "Lines for people instead of JSON",
  },
  logLevel: {
    kind: oneOf(LOG_LEVELS, "LEVEL"),
    default: "info",
    group: "Log",
    help: "Least severe lines to write: debug, info, warn or error; dpanic, panic and fatal mean error",
  },
  compressors: {
    kind: listOf(COMPRESSORS),
    default: COMPRESSORS,
    group: "Listening",
    help: "What clients may compress with, or none; a URI's compressors= is for the servers' side",
  },
  maxClients: {
    kind: integer(1),
    default: DEFAULT_LIMITS.maxClients,
    group: "Limits",
    help: "Client connections at once to one address; further ones are closed",
  },
  maxMessageSize: {
    kind: integer(1_024, MAX_INT32),
    default: DEFAULT_LIMITS.maxMessageSizeBytes,
    group: "Limits",
    help: "Largest message of a client, in bytes",
  },
  maxWaitingRequests: {
    kind: integer(1),
    default: DEFAULT_LIMITS.maxWaitingRequests,
    group: "Limits",
    help: "Commands that may wait for a connection to one server; further ones fail at once as overload",
  },
  waitTimeout: {
    kind: duration(1),
    default: DEFAULT_LIMITS.waitTimeoutMS,
    group: "Limits",
    help: "Longest wait of a command for a connection to a server",
  },
  clientIdleTimeout: {
    kind: duration(0),
    default: DEFAULT_LIMITS.clientIdleTimeoutMS,
    group: "Limits",
    help: "A client that sends nothing for so long is closed; 0 never",
  },
  maxCursors: {
    kind: integer(1),
    default: DEFAULT_LIMITS.maxCursors,
    group: "Limits",
    help: "Open cursors; the one unused longest is killed for a further one",
  },
  cursorIdleTimeout: {
    kind: duration(1),
    default: DEFAULT_LIMITS.cursorIdleTimeoutMS,
    group: "Limits",
    help: "A cursor unused for so long is forgotten",
  },
  maxTransactions: {
    kind: integer(1),
    default: DEFAULT_LIMITS.maxTransactions,
    group: "Limits",
    help: "Open transactions; the one unused longest is aborted for a further one",
  },
  transactionIdleTimeout: {
    kind: duration(1),
    default: DEFAULT_LIMITS.transactionIdleTimeoutMS,
    group: "Limits",
    help: "A transaction unused for so long is forgotten",
  },
  maxAwaitingShare: {
    kind: ratio(0),
    default: DEFAULT_LIMITS.maxAwaitingShare,
    group: "Limits",
    help: "Share of a server's connections that change streams and tailable cursors may hold while they wait; at " +
      "least one connection",
  },
  maxPinnedShare: {
    kind: ratio(0),
    default: DEFAULT_LIMITS.maxPinnedShare,
    group: "Limits",
    help: "Share of a server's connections that may be held for single clients",
  },
  abandonedCommandTimeout: {
    kind: duration(0),
    default: DEFAULT_LIMITS.abandonedCommandTimeoutMS,
    group: "Limits",
    help: "How long a command may run on after its client went away",
  },
  orphanTimeout: {
    kind: duration(0),
    default: DEFAULT_LIMITS.orphanTimeoutMS,
    group: "Limits",
    help: "How long cursors and transactions outlive the last connection of their client",
  },
  maxBufferedBytes: {
    kind: integer(1),
    default: DEFAULT_LIMITS.maxBufferedBytes,
    group: "Limits",
    help: "Bytes that large messages of all clients of one address may take where they cannot be passed on as they " +
      "come; further clients are read no further until there is room",
  },
  stallTimeout: {
    kind: duration(0),
    default: DEFAULT_LIMITS.stallTimeoutMS,
    group: "Limits",
    help: "A client that does nothing for so long in the middle of sending or reading a large message is closed; 0 " +
      "never",
  },
  io: {
    kind: oneOf(IO_CHOICES, "BACKEND"),
    default: "auto",
    group: "Process",
    help: "How sockets are served: by the runtime (deno), by Linux's epoll (no TLS), or by whichever suits (auto)",
  },
  coalescingWindow: {
    kind: fineDuration(0),
    default: DEFAULT_COALESCING_WINDOW_MS,
    group: "Process",
    help: "Longest pause in which events of a busy proxy may gather, to be served together; 0 turns it off",
  },
  workers: {
    kind: integerOr("auto", 1, MAX_WORKERS),
    default: 1,
    group: "Process",
    help:
      "Threads that serve clients, each with its part of maxPoolSize; auto takes half as many as there are cores. " +
      "A unix socket is served by one of them",
  },
  drainTimeout: {
    kind: duration(0),
    default: 30_000,
    group: "Process",
    help: "How long work in flight may take after SIGINT or SIGTERM; a second signal ends at once",
  },
  config: {
    kind: text("FILE"),
    default: "",
    group: "Process",
    places: "environment",
    help: "JSON file with any of these flags and the addresses",
  },
  checkConfig: {
    kind: boolean,
    default: false,
    group: "Process",
    places: "command line",
    help: "Print what was understood, and exit with 0, or with 2 if something is wrong",
  },
  version: {
    kind: boolean,
    default: false,
    group: "Process",
    places: "command line",
    help: "Print the version, and exit",
  },
  help: {
    kind: boolean,
    default: false,
    group: "Process",
    places: "command line",
    help: "Print this, and exit",
  },
} as const satisfies Readonly<Record<string, AnyFlag>>;

type AnyFlag =
  | Flag<boolean>
  | Flag<number>
  | Flag<string>
  | Flag<number | "auto">
  | Flag<(typeof IO_CHOICES)[number]>
  | Flag<(typeof LOG_LEVELS)[number]>
  | Flag<"tcp" | "tcp4" | "tcp6" | "unix" | "unixpacket">
  | Flag<readonly (typeof COMPRESSORS)[number][]>;

/** The key of a flag in the JSON file. */
export type FlagKey = keyof typeof FLAGS;

/** The value of every flag. */
export type FlagValues = {
  readonly [Key in FlagKey]: (typeof FLAGS)[Key]["kind"] extends FlagKind<infer T> ? T : never;
};

/** All keys, in the order of the table. */
export const FLAG_KEYS = Object.keys(FLAGS) as readonly FlagKey[];

/**
 * The key whose value is `address=uri` pairs, in the file and as `TORANA_LISTEN`; on the command line they need no
 * flag.
 */
export const LISTEN_KEY = "listen";

/** The row of a key. */
export function flagOf(key: FlagKey): Flag<unknown> {
  return FLAGS[key] as Flag<unknown>;
}

/** The flag of a key without its dashes: `maxClients` is `max-clients`; mongobetween writes `loglevel` in one word. */
export function flagName(key: FlagKey): string {
  return key === "logLevel" ? "loglevel" : key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** What the environment variables of all keys begin with. */
export const VARIABLE_PREFIX = "TORANA_";

/** The environment variable of a key: `maxClients` is `TORANA_MAX_CLIENTS`. */
export function variableName(key: FlagKey | typeof LISTEN_KEY): string {
  const words = key === LISTEN_KEY ? key : flagName(key).replaceAll("-", "_");
  return `${VARIABLE_PREFIX}${words.toUpperCase()}`;
}

/** Says whether `flag` may be given in `place`. */
export function isAllowedIn(key: FlagKey, place: "environment" | "file"): boolean {
  const { places = "everywhere" } = flagOf(key);
  return places === "everywhere" || (places === "environment" && place === "environment");
}
