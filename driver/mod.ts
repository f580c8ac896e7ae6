/**
 * A MongoDB driver: `MongoClient` and what it leads to, with the names and the behaviour of the Node driver.
 *
 * ```ts ignore
 * import { MongoClient } from "@torana/mongo/driver";
 *
 * await using client = new MongoClient("mongodb://127.0.0.1:27017/?replicaSet=rs");
 * const films = client.db("shop").collection<{ title: string; year: number }>("films");
 * await films.insertOne({ title: "Alien", year: 1979 });
 * for await (const film of films.find({ year: { $lt: 1980 } })) console.log(film.title);
 * ```
 *
 * And what it stands on, with messages as bytes: connection strings, connections, pools, discovery and server selection
 * for one deployment. The gateway of `@torana/mongo/proxy` stands on it too.
 *
 * ```ts ignore
 * import { createTopology, PRIMARY, resolveConnectionString } from "@torana/mongo/driver";
 *
 * const topology = await createTopology(
 *   await resolveConnectionString("mongodb://127.0.0.1:27017/?replicaSet=rs"),
 *   { onEvent: (event) => console.log(event.type) },
 * );
 * topology.open();
 * const server = await topology.selectServer({ readPreference: PRIMARY });
 * const connection = await server.pool.checkOutAsync();
 * console.log(await connection.command("admin", { ping: 1 }));
 * server.pool.checkIn(connection);
 * await topology.close();
 * ```
 *
 * @module
 */
export type { Document, ObjectId } from "../codec/bson_types.ts";
export { DEFAULT_PORT, formatHostAddress, type HostAddress, parseHostAddress } from "./address.ts";
export type { AuthMechanism, AuthMechanismProperties, MongoCredentials } from "./auth/credentials.ts";
export {
  type Compressor,
  DEFAULT_CLIENT_OPTIONS,
  type MongoClientOptions,
  type ReadPreferenceMode,
  type ServerMonitoringMode,
  type TagSet,
} from "./client_options.ts";
export * from "./api.ts";
export { buildClientMetadata, type ClientMetadataOptions, type DriverInfo } from "./client_metadata.ts";
export { type ClientEnvironment, readClientEnvironment } from "./client_environment.ts";
export { connect, type ConnectOptions } from "./connect.ts";
export {
  type CommandOptions,
  Connection,
  type ConnectionInfo,
  decodeReplyDocument,
  nextRequestId,
  type ReplyParts,
  type ReplyReceiver,
} from "./connection.ts";
export {
  type ConnectionString,
  parseConnectionString,
  resolveConnectionString,
  type ResolveOptions,
} from "./connection_string.ts";
export { createTopology, type DeploymentOptions, type DeploymentPoolOptions } from "./deployment.ts";
export * from "./error.ts";
export type { DriverEvent, DriverEventListener } from "./event.ts";
export type { HelloOptions, ServerApi } from "./handshake.ts";
export {
  type CheckOutWaiter,
  type ClearOptions,
  type ConnectInfo,
  ConnectionPool,
  type FailedConnectionInfo,
  type PoolOptions,
  type PoolState,
} from "./pool/connection_pool.ts";
export type * from "./pool/pool_event.ts";
export type * from "./sdam/sdam_event.ts";
export type { ServerDescription, ServerType } from "./sdam/server_description.ts";
export type { CommandFailure } from "./sdam/error_rules.ts";
export type { FailedConnection } from "./sdam/server.ts";
export { type SelectionRequest, type SelectionWaiter, Server, Topology } from "./sdam/topology.ts";
export type { TopologyDescription, TopologyType } from "./sdam/topology_description.ts";
export type { TopologyVersion } from "./sdam/topology_version.ts";
export { PRIMARY, ReadPreference } from "./selection/read_preference.ts";
export { type SrvRecord, type SrvResolver, systemResolver } from "./srv.ts";
export { denoTransport } from "./transport/deno_transport.ts";
export type {
  DialOptions,
  Listener,
  ListenOptions,
  Load,
  Stream,
  StreamEvents,
  TlsOptions,
  Transport,
} from "./transport/transport.ts";
export { DRIVER_VERSION } from "./version.ts";
