import type { Transport } from "../../driver/transport/transport.ts";
import type { GatewayEvent } from "../event.ts";
import type { GatewayConfig, LogLevel } from "../gateway_config.ts";
import type { GatewayStatus } from "../gateway_status.ts";
import type { LogFields, LogLine } from "../log/log_line.ts";
import type { PeerAddress } from "../team/peer_mesh.ts";
import type { PlainError } from "./plain_error.ts";

/** What a worker is told first. */
export interface WorkerSetup {
  readonly index: number;
  readonly board: SharedArrayBuffer;
  /** Counts the clients of all workers, as one 64-bit integer. */
  readonly clientIds: SharedArrayBuffer;
  readonly io: Transport["name"];
  readonly coalescingWindowMS: number;
  readonly logLevel: LogLevel;
}

/** What a worker is asked to do with one of its gateways. */
export type WorkerCall =
  | { readonly method: "open"; readonly gateway: number; readonly config: GatewayConfig; readonly ping: boolean }
  | { readonly method: "windDown"; readonly gateway: number; readonly timeoutMS: number }
  | { readonly method: "close" | "status"; readonly gateway: number };

/** What came of it. */
export type WorkerResult =
  /** Of `open`: the port that was chosen; 0 for a unix socket. */
  | { readonly method: "open"; readonly port: number }
  | { readonly method: "windDown" | "close" }
  | { readonly method: "status"; readonly status: GatewayStatus; readonly groups: readonly string[] };

/** What all workers say of a gateway together, and not each for itself. */
export type SharedEvent = Extract<GatewayEvent, { readonly type: "listening" | "draining" | "drained" }>;

/** From the main thread to a worker. */
export type ToWorker =
  | { readonly kind: "setup"; readonly setup: WorkerSetup }
  | { readonly kind: "peer"; readonly peer: PeerAddress }
  | { readonly kind: "peerLost"; readonly index: number }
  | { readonly kind: "call"; readonly id: number; readonly call: WorkerCall };

/** From a worker to the main thread. */
export type FromWorker =
  | { readonly kind: "returned"; readonly id: number; readonly result: WorkerResult }
  | { readonly kind: "threw"; readonly id: number; readonly error: PlainError }
  | { readonly kind: "line"; readonly line: LogLine; readonly extra: LogFields }
  | { readonly kind: "event"; readonly gateway: number; readonly event: SharedEvent }
  /** A fault that nobody handled: the worker has closed its sockets and is to be ended. */
  | { readonly kind: "failed"; readonly error: PlainError };
