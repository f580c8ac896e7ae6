import type { CompressorName } from "../codec/op_compressed.ts";
import type { HostAddress } from "../driver/address.ts";
import type { ConnectionString } from "../driver/connection_string.ts";
import type { GatewayLimits } from "./limits.ts";
import type { MirrorConfig } from "./mirror/mirror_config.ts";

/** One `address=uri` pair: where a gateway listens, and the deployment it stands in front of. */
export interface GatewayConfig {
  /** Where clients connect; port 0 lets the system choose. */
  readonly listen: HostAddress;
  /** Removes a stale socket file before listening (unix only). */
  readonly unlink: boolean;
  /** Name for logs and metrics, from the URI's `label` parameter; the listening address if there is none. */
  readonly label: string;
  /** The deployment, with the sizes of its pools; SRV names are resolved already. */
  readonly upstream: ConnectionString;
  /** What clients may ask to compress with, in no order: theirs counts. */
  readonly compressors: readonly CompressorName[];
  /**
   * The newest wire version to tell clients of, so that those that adapt speak an older dialect.
   * @default {null} the servers' own
   */
  readonly maxWireVersion?: number | null;
  /** What becomes of what clients read by the old operations. @default {"auto"} */
  readonly legacyOpcodes?: LegacyOpcodes;
  /** What clients may use; {@linkcode DEFAULT_LIMITS} is a good start. */
  readonly limits: GatewayLimits;
}

/**
 * What becomes of OP_QUERY and OP_GET_MORE: `translate` makes commands in OP_MSG of them, `forward` gives them to the
 * servers as they are, and `auto` translates where a server has them no longer. OP_INSERT, OP_UPDATE and OP_DELETE are
 * always translated, since what came of them is told by the reply to a command alone.
 */
export type LegacyOpcodes = "auto" | "translate" | "forward";

/** Everything the proxy process is told. */
export interface ProxyConfig {
  /** One for each pair. */
  readonly gateways: readonly GatewayConfig[];
  /** Replica sets that clients see as such. */
  readonly mirrors: readonly MirrorConfig[];
  /** Least severe lines to write. */
  readonly logLevel: LogLevel;
  /** Lines for people instead of JSON. */
  readonly pretty: boolean;
  /** Waits for every deployment to answer before listening. */
  readonly ping: boolean;
  /** How long work in flight may take after a signal, in milliseconds. */
  readonly drainTimeoutMS: number;
  /** The I/O backend. */
  readonly io: IoChoice;
  /** Longest pause in which events may gather, in milliseconds; 0 for none. */
  readonly coalescingWindowMS: number;
  /** Threads that serve clients. */
  readonly workers: number | "auto";
}

/** Which I/O backend is wanted. */
export type IoChoice = "auto" | "deno" | "epoll";

/** Least severe level that is logged. */
export type LogLevel = "debug" | "info" | "warn" | "error";
