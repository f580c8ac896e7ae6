import { DEFAULT_CLIENT_OPTIONS } from "../../driver/client_options.ts";
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
import { memberMap } from "./member_map.ts";
import { portList } from "./port_list.ts";

/** The headings of the flags in `--help`, in their order. */
export const FLAG_GROUPS = ["Listening", "Mirror", "Upstream", "Old clients", "Limits", "Log", "Process"] as const;

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
const LEGACY_OPCODES = ["auto", "translate", "forward"] as const;
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
  mirror: {
    kind: text("URI"),
    default: "",
    group: "Mirror",
    isSecret: true,
    help: "A replica set that clients are to see as one: every member gets a listener, and replies name these " +
      "listeners instead of the members",
  },
  ports: {
    kind: portList,
    default: Array.from({ length: 11 }, (_, index) => 6_000 + index),
    group: "Mirror",
    help: "Ports for the members' listeners, given to members in the order in which they are found; with --map and " +
      "without this flag, none",
  },
  map: {
    kind: memberMap,
    default: new Map(),
    group: "Mirror",
    help: "Listening addresses of certain members, as MEMBER=ADDRESS with commas between them; a member is named as " +
      "in the set's configuration",
  },
  listenHost: {
    kind: text("HOST"),
    default: "",
    group: "Mirror",
    help: "Name or address of this machine that the members' listeners are bound to; without it every interface of " +
      "--network",
  },
  advertise: {
    kind: text("HOST"),
    default: "",
    group: "Mirror",
    help: "Name or address by which clients reach the members' listeners; without it that of --listen-host, or this " +
      "machine's name",
  },
  maxConnections: {
    kind: integer(0),
    default: DEFAULT_CLIENT_OPTIONS.maxPoolSize,
    group: "Upstream",
    help: "Connections to each server, for URIs without maxPoolSize; 0 for as many as it takes",
  },
  serverIdleTimeout: {
    kind: duration(0),
    default: DEFAULT_CLIENT_OPTIONS.maxIdleTimeMS,
    group: "Upstream",
    help: "A connection to a server that is unused for so long is closed, for URIs without maxIdleTimeMS; 0 never",
  },
  advertisedWireVersion: {
    kind: integerOr("server", 0, MAX_INT32),
    default: "server",
    group: "Old clients",
    help: "Newest wire version that clients are told of, 0 for clients that are to use OP_INSERT and the like; the " +
      "servers' own where that is older. maxWireVersion=NUMBER in a URI does so for its listener alone",
  },
  legacyOpcodes: {
    kind: oneOf(LEGACY_OPCODES, "HOW"),
    default: "auto",
    group: "Old clients",
    help: "Whether OP_QUERY and OP_GET_MORE reach servers as they are (forward), as commands (translate), or as " +
      "commands where servers know nothing else by their wire version (auto)",
  },
  maxClients: {
    kind: integer(1),
    default: DEFAULT_LIMITS.maxClients,
    group: "Limits",
    help: "Client connections at once to one address; further ones are closed",
  },
  maxClientsPerHost: {
    kind: integer(0),
    default: DEFAULT_LIMITS.maxClientsPerHost,
    group: "Limits",
    help: "Client connections at once from one host to one address; further ones are closed. Of several workers each " +
      "has its part; 0 for any number",
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
  messageTimeout: {
    kind: duration(0),
    default: DEFAULT_LIMITS.messageTimeoutMS,
    group: "Limits",
    help: "A command that a server has not answered for so long is given up: its client gets an error, and the " +
      "connection to the server is closed. Not for what waits for data; 0 never",
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
  | Flag<number | "server">
  | Flag<readonly number[]>
  | Flag<ReadonlyMap<string, string>>
  | Flag<(typeof LEGACY_OPCODES)[number]>
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
