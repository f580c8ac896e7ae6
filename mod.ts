/**
 * torana: a MongoDB connection-pooling proxy, and the driver that it stands on.
 *
 * - `@torana/mongo/proxy`: the gateway, to embed; `proxy/main.ts` in the repository is the program.
 * - `@torana/mongo/driver`: the driver, and its connections, pools, discovery and server selection.
 * - `@torana/mongo/codec`: the wire protocol, without I/O.
 *
 * This module gathers what most programs need of the first two.
 *
 * @module
 */
export * from "./driver/mod.ts";
export * from "./proxy/mod.ts";
