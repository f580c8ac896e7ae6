import type { DriverEvent } from "../driver/event.ts";
import type { ClientCloseReason } from "./client/client_close_reason.ts";
import type { PinReason } from "./pins/pin_reason.ts";

/** Number of a client connection in its process, from 1. */
export type ClientId = number & { readonly __brand: "ClientId" };

/**
 * How a command ended that was given up: its reply was read and dropped, or its connection was closed, because its client
 * had left, or because the server had not answered in time.
 */
export type AbandonedOutcome = "drained" | "closed" | "timedOut";

/** A limit that keeps further clients out. */
export type ClientLimit = "maxClients" | "maxClientsPerHost";

/** What a gateway or a mirror tells; logs and metrics are made from these alone. */
export type GatewayEvent =
  | { readonly type: "listening"; readonly address: string }
  | { readonly type: "listenerFailed"; readonly address: string; readonly error: Error }
  | { readonly type: "clientOpened"; readonly clientId: ClientId; readonly remote: string }
  | {
    readonly type: "clientRefused";
    readonly remote: string;
    readonly limit: ClientLimit;
    /** How many clients the limit allows. */
    readonly allowed: number;
  }
  | {
    readonly type: "clientIdentified";
    readonly clientId: ClientId;
    readonly application: string | null;
    readonly driver: string | null;
  }
  | {
    readonly type: "clientClosed";
    readonly clientId: ClientId;
    readonly remote: string;
    readonly reason: ClientCloseReason;
    readonly message: string | null;
    readonly commands: number;
  }
  | {
    readonly type: "commandRefused";
    readonly clientId: ClientId;
    readonly command: string;
    readonly code: number;
    readonly codeName: string;
    readonly message: string;
  }
  | {
    readonly type: "commandAbandoned";
    readonly clientId: ClientId;
    readonly command: string;
    readonly connectionId: number;
    readonly server: string;
    readonly outcome: AbandonedOutcome;
  }
  | {
    readonly type: "pinned" | "unpinned";
    readonly clientId: ClientId;
    readonly connectionId: number;
    readonly server: string;
    readonly reason: PinReason;
  }
  | {
    readonly type: "orphansReleased";
    readonly cursors: number;
    readonly transactions: number;
    readonly reason: "clientsGone" | "limit";
  }
  | { readonly type: "releaseFailed"; readonly server: string; readonly error: Error }
  | { readonly type: "draining"; readonly clients: number; readonly busy: number }
  | { readonly type: "drained"; readonly cut: number }
  | { readonly type: "upstream"; readonly event: DriverEvent }
  | { readonly type: "memberAdded" | "memberRemoved"; readonly member: string; readonly address: string }
  | { readonly type: "memberFailed"; readonly member: string; readonly address: string; readonly error: Error }
  | { readonly type: "memberWithoutPort"; readonly member: string }
  /** A server in no replica set, or in another than the mirror's. */
  | { readonly type: "notOfSet"; readonly server: string; readonly setName: string | null }
  | { readonly type: "member"; readonly member: string; readonly event: GatewayEvent };

/** A listener for {@linkcode GatewayEvent}; it must not throw. */
export type GatewayEventListener = (event: GatewayEvent) => void;
