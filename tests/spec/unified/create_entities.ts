import type { Document } from "bson";
import type { CaseContext } from "./case_context.ts";
import { ClientEntity } from "./client_entity.ts";
import { driverOptions } from "./common_options.ts";
import type { Deployment } from "./deployment.ts";
import type { Entity } from "./entity_map.ts";
import type { EntityDefinition } from "./test_format.ts";
import { TestThread } from "./test_thread.ts";

/** Makes the entities in their order. Throws `Error` where one refers to another that is not there. */
export async function createEntities(definitions: readonly EntityDefinition[], context: CaseContext): Promise<void> {
  for (const definition of definitions) {
    const [kind = "", parameters = { id: "" }] = Object.entries(definition)[0] ?? [];
    const create = CREATORS[kind];
    if (create === undefined) throw new Error(`Unknown kind of entity: ${kind}`);
    context.entities.set(parameters.id, await create(parameters, context));
    if (kind === "client") await openClient(context, parameters);
  }
}

type Creator = (parameters: Document, context: CaseContext) => Entity | Promise<Entity>;

const CREATORS: Readonly<Record<string, Creator>> = {
  client: async (parameters, { driver, deployment }) => {
    const uri = parameters.uriOptions?.directConnection === true ? await directUri(deployment) : deployment.uri;
    return { kind: "client", value: new ClientEntity(driver, uri, parameters) };
  },
  database: ({ client, databaseName, databaseOptions = {} }, { entities }) => {
    const value = entities.get("client", client).client.db(databaseName, driverOptions(databaseOptions));
    return { kind: "database", value };
  },
  collection: ({ database, collectionName, collectionOptions = {} }, { entities }) => {
    const value = entities.get("database", database).collection(collectionName, driverOptions(collectionOptions));
    return { kind: "collection", value };
  },
  session: ({ client, sessionOptions = {} }, context) => {
    const value = context.entities.get("client", client).client.startSession(sessionSettings(sessionOptions, context));
    return { kind: "session", value };
  },
  bucket: ({ database, bucketOptions = {} }, { entities, driver }) => {
    if (driver.GridFSBucket === null) throw new Error("The driver has no GridFSBucket");
    const value = new driver.GridFSBucket(entities.get("database", database), driverOptions(bucketOptions));
    return { kind: "bucket", value };
  },
  thread: () => ({ kind: "thread", value: new TestThread() }),
};

/** A client that talks to one server alone is told of no other, and of no replica set. */
async function directUri(deployment: Deployment): Promise<string> {
  const { host, port } = await deployment.primary();
  return `mongodb://${host}:${port}/`;
}

function sessionSettings(options: Document, { entities }: CaseContext): Document {
  const { defaultTransactionOptions, snapshotTime, ...rest } = options;
  return {
    ...rest,
    ...defaultTransactionOptions === undefined
      ? {}
      : { defaultTransactionOptions: driverOptions(defaultTransactionOptions) },
    ...snapshotTime === undefined ? {} : { snapshotTime: entities.get("bson", snapshotTime) },
  };
}

/** A client that is open sees its deployment before the case asks for anything. */
async function openClient({ entities, deployment }: CaseContext, parameters: Document): Promise<void> {
  const { id, uriOptions, awaitMinPoolSizeMS } = parameters;
  const entity = entities.get("client", id);
  await entity.client.connect();
  const wanted = (uriOptions?.minPoolSize ?? 0) * deployment.members.length;
  if (awaitMinPoolSizeMS === undefined || wanted === 0) return;
  await entity.until(`${wanted} connections`, () => entity.readyConnections >= wanted, awaitMinPoolSizeMS);
  entity.forget();
}
