/**
 * Real MongoDB servers for tests and the demo: finds or fetches a mongod and starts standalone servers and replica sets on
 * free ports of the loopback address. Nothing of them outlives the process that started them.
 *
 * @module
 */
export { findMongod, HOW_TO_GET_MONGOD, type Mongod, type MongodVersion } from "./mongod/find.ts";
export { type ServerOptions, startStandalone } from "./mongod/standalone.ts";
export { type ReplicaSetOptions, startReplicaSet, type TestReplicaSet } from "./mongod/replica_set.ts";
export { type SharedReplicaSet, sharedReplicaSet } from "./mongod/shared.ts";
export type { TestServer } from "./mongod/test_server.ts";
export type { TestAuth, TestUser } from "./mongod/users.ts";
