import { formatHostAddress } from "../address.ts";
import type { Connection } from "../connection.ts";
import { parseServerDescription } from "../sdam/server_description.ts";
import type { ServerFacts } from "./operation.ts";

const KNOWN = new WeakMap<Connection, ServerFacts>();

/** What the `hello` of `connection` said; worked out once a connection. */
export function serverFactsOf(connection: Connection): ServerFacts {
  let facts = KNOWN.get(connection);
  if (facts === undefined) KNOWN.set(connection, facts = readFacts(connection));
  return facts;
}

function readFacts(connection: Connection): ServerFacts {
  const hello = connection.hello ?? {};
  const address = formatHostAddress(connection.address);
  return {
    address,
    type: connection.serviceId === null ? parseServerDescription(address, hello, 0).type : "LoadBalancer",
    maxWireVersion: hello.maxWireVersion ?? 0,
    maxBsonObjectSize: hello.maxBsonObjectSize ?? 16_777_216,
    maxMessageSizeBytes: hello.maxMessageSizeBytes ?? 48_000_000,
    maxWriteBatchSize: hello.maxWriteBatchSize ?? 100_000,
    sessionTimeoutMinutes: hello.logicalSessionTimeoutMinutes ?? null,
    connectionId: hello.connectionId === undefined ? null : Number(hello.connectionId),
  };
}
