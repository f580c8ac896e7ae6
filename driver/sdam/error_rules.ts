import { type MongoError, MongoNetworkError, MongoNetworkTimeoutError, MongoServerError } from "../error.ts";
import { compareTopologyVersion, parseTopologyVersion, type TopologyVersion } from "./topology_version.ts";

const RECOVERING_CODES: ReadonlySet<number> = new Set([11600, 11602, 13436, 189, 91]);
const NOT_WRITABLE_PRIMARY_CODES: ReadonlySet<number> = new Set([10107, 13435, 10058]);
const SHUTDOWN_CODES: ReadonlySet<number> = new Set([11600, 91]);

/** What a server's reply says of a failure; a reply view of the codec fits. */
export interface CommandFailure {
  /** The server's error code. */
  readonly code: number | null;
  /** The server's words; count only where neither code is there, as with servers before MongoDB 4.0. */
  readonly errmsg: string | null;
  /** Counts only where `code` is absent: an acknowledged write with a write concern error. */
  readonly writeConcernErrorCode?: number | null;
  /** Which state of the server the failure tells of; an older one than is known already is ignored. */
  readonly topologyVersion: TopologyVersion | null;
}

/** Where an error came from. */
export interface ErrorOrigin {
  /** The connection's generation in its pool. */
  readonly generation: number;
  /** Whether `hello` and authentication were through. */
  readonly handshakeFinished: boolean;
}

/** What is known of the server that an error came from. */
export interface ErrorContext {
  /** The pool's generation now (behind a load balancer: of the service). */
  readonly generation: number;
  readonly topologyVersion: TopologyVersion | null;
}

/** What to do about an error; behind a load balancer no server is ever marked `Unknown`. */
export type ErrorVerdict =
  | { readonly kind: "ignore" }
  /** Mark the server `Unknown` and check it at once; with `clearPool`, it is shutting down. */
  | {
    readonly kind: "stateChange";
    readonly clearPool: boolean;
    readonly topologyVersion: TopologyVersion | null;
  }
  /** Mark the server `Unknown`, clear the pool, and give up the check under way: it would fail, too. */
  | { readonly kind: "unreachable" };

const IGNORE: ErrorVerdict = { kind: "ignore" };

/** Judges a reply with an error (SDAM, "not writable primary" and "node is recovering"). */
export function judgeCommandFailure(
  failure: CommandFailure,
  origin: ErrorOrigin,
  context: ErrorContext,
): ErrorVerdict {
  if (isStale(failure.topologyVersion, origin, context)) return IGNORE;
  const code = failure.code ?? failure.writeConcernErrorCode ?? null;
  if (!isStateChange(code, failure.errmsg ?? "")) return IGNORE;
  return {
    kind: "stateChange",
    clearPool: code !== null && SHUTDOWN_CODES.has(code),
    topologyVersion: failure.topologyVersion,
  };
}

/** Judges a failure of a connection, or to establish one (SDAM, "Network error when reading or writing"). */
export function judgeConnectionError(
  error: MongoError,
  origin: ErrorOrigin,
  context: ErrorContext,
): ErrorVerdict {
  const failure = commandFailureOf(error);
  const verdict = judgeCommandFailure(failure, origin, context);
  if (verdict.kind !== "ignore" || isStale(failure.topologyVersion, origin, context)) return verdict;
  // The server is busy: what it does already must go on.
  if (error.hasErrorLabel("SystemOverloadedError")) return IGNORE;
  if (!origin.handshakeFinished) return { kind: "unreachable" };
  // A timeout tells of a slow operation, not of a server that went away.
  const isLost = error instanceof MongoNetworkError && !(error instanceof MongoNetworkTimeoutError);
  return isLost ? { kind: "unreachable" } : IGNORE;
}

/** Says whether a code, or where it is 0 or absent a message, tells that the server changed its state. */
export function isStateChange(code: number | null, message: string): boolean {
  if (code) return RECOVERING_CODES.has(code) || NOT_WRITABLE_PRIMARY_CODES.has(code);
  return message.includes("node is recovering") || message.includes("not master");
}

function commandFailureOf(error: MongoError): CommandFailure {
  if (!(error instanceof MongoServerError)) return { code: null, errmsg: null, topologyVersion: null };
  return {
    code: error.code,
    errmsg: error.message,
    topologyVersion: parseTopologyVersion(error.errorResponse),
  };
}

/** The state that the error tells of is known, or the connection was given up already. */
function isStale(
  topologyVersion: TopologyVersion | null,
  origin: ErrorOrigin,
  context: ErrorContext,
): boolean {
  return origin.generation < context.generation ||
    compareTopologyVersion(context.topologyVersion, topologyVersion) >= 0;
}
