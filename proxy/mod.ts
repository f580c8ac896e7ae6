/**
 * A connection-pooling gateway for MongoDB: clients connect to it as to a `mongos`, thousands of them share a few
 * connections to the deployment behind. This module embeds it in a program; `proxy/main.ts` is the program that runs
 * it from the command line.
 *
 * ```ts ignore
 * import { resolveConnectionString } from "@torana/mongo/driver";
 * import { DEFAULT_LIMITS, Gateway } from "@torana/mongo/proxy";
 *
 * const gateway = new Gateway({
 *   listen: { kind: "tcp", host: "127.0.0.1", port: 27016 },
 *   unlink: false,
 *   label: "shop",
 *   upstream: await resolveConnectionString("mongodb://127.0.0.1:27017/?replicaSet=rs&maxPoolSize=32"),
 *   compressors: ["zstd", "snappy", "zlib"],
 *   limits: DEFAULT_LIMITS,
 * }, (event) => console.log(event.type));
 * await gateway.open({ ping: true });
 * ```
 *
 * @module
 */
export type { ClientCloseReason } from "./client/client_close_reason.ts";
export type { AbandonedOutcome, ClientId, ClientLimit, GatewayEvent, GatewayEventListener } from "./event.ts";
export { Gateway } from "./gateway.ts";
export type { GatewayConfig, IoChoice, LegacyOpcodes, LogLevel, ProxyConfig } from "./gateway_config.ts";
export type { GatewayStatus, PinStatus, ServerStatus } from "./gateway_status.ts";
export { DEFAULT_LIMITS, type GatewayLimits } from "./limits.ts";
export { Mirror } from "./mirror/mirror.ts";
export type { MirrorConfig } from "./mirror/mirror_config.ts";
export type { MemberStatus, MirrorStatus } from "./mirror/mirror_status.ts";
export type { PinReason } from "./pins/pin_reason.ts";
