import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { type Document, EJSON } from "bson";
import { WireClient } from "../../support/wire_client.ts";
import type { CaseContext } from "./case_context.ts";
import { createEntities } from "./create_entities.ts";
import { EVENTS } from "./observed_event.ts";
import { countEvents } from "./match_events.ts";
import type { OperationDefinition } from "./test_format.ts";

/** Runs an operation of the driver; given to break the circle of the two. */
export type OperationRunner = (operation: OperationDefinition, context: CaseContext) => Promise<void>;

type SpecialOperation = (args: Document, context: CaseContext, runOperation: OperationRunner) => void | Promise<void>;

/** What cases ask of the test runner itself. */
export const TEST_RUNNER_OPERATIONS: Readonly<Record<string, SpecialOperation>> = {
  assertCollectionExists: async (args, context) => assert(await hasCollection(args, context)),
  assertCollectionNotExists: async (args, context) => assert(!await hasCollection(args, context)),
  assertDifferentLsidOnLastTwoCommands: (args, context) => {
    const [before, last] = lastTwoLsids(args, context);
    assertNotEquals(last, before);
  },
  assertEventCount: ({ client, event, count }, context) => {
    assertEquals(countEvents(event, context.entities.get("client", client).events, context), count);
  },
  assertIndexExists: async (args, context) => assert(await hasIndex(args, context)),
  assertIndexNotExists: async (args, context) => assert(!await hasIndex(args, context)),
  assertNumberConnectionsCheckedOut: ({ client, connections }, { entities }) => {
    assertEquals(entities.get("client", client).checkedOut, connections);
  },
  assertSameLsidOnLastTwoCommands: (args, context) => {
    const [before, last] = lastTwoLsids(args, context);
    assertEquals(last, before);
  },
  assertSessionDirty: (args, context) => assert(sessionFacts(args, context).isDirty),
  assertSessionNotDirty: (args, context) => assert(!sessionFacts(args, context).isDirty),
  assertSessionPinned: (args, context) => assert(sessionFacts(args, context).isPinned),
  assertSessionTransactionState: (args, context) => {
    assertEquals(sessionFacts(args, context).transactionState, args.state);
  },
  assertSessionUnpinned: (args, context) => assert(!sessionFacts(args, context).isPinned),
  assertTopologyType: ({ topologyDescription, topologyType }, { entities }) => {
    assertEquals(entities.get("topologyDescription", topologyDescription).type, topologyType);
  },
  createEntities: ({ entities }, context) => createEntities(entities, context),
  failPoint: async ({ client, failPoint }, { entities, failPoints }) => {
    failPoints.add(failPoint.configureFailPoint);
    const { client: driverClient } = entities.get("client", client);
    await driverClient.db("admin").command(failPoint, { readPreference: "primary" });
  },
  recordTopologyDescription: ({ client, id }, { entities }) => {
    entities.set(id, { kind: "topologyDescription", value: entities.get("client", client).topology });
  },
  runOnThread: ({ thread, operation }, context, runOperation) => {
    context.entities.get("thread", thread).run(() => runOperation(operation, context));
  },
  wait: ({ ms }) => new Promise((resolve) => setTimeout(resolve, ms)),
  waitForEvent: async ({ client, event, count }, context) => {
    const [name = ""] = Object.keys(event);
    assert(name in EVENTS, `Unknown event ${name}`);
    const entity = context.entities.get("client", client);
    await entity.until(`${count} × ${name}`, () => countEvents(event, entity.events, context) >= count);
  },
  waitForPrimaryChange: async ({ client, priorTopologyDescription, timeoutMS }, { entities }) => {
    const { primary: prior } = entities.get("topologyDescription", priorTopologyDescription);
    const entity = entities.get("client", client);
    const isChanged = () => entity.topology.primary !== null && entity.topology.primary !== prior;
    await entity.until("another primary", isChanged, timeoutMS);
  },
  waitForThread: async ({ thread }, { entities }) => await entities.get("thread", thread).join(),
};

function sessionFacts({ session }: Document, { driver, entities }: CaseContext) {
  return driver.inspectSession(entities.get("session", session));
}

function lastTwoLsids({ client }: Document, { entities }: CaseContext): [string, string] {
  const started = entities.get("client", client).events.filter(({ name }) => name === "commandStartedEvent").slice(-2);
  const [before, last] = started.map(({ event }) => event.command.lsid);
  if (before === undefined || last === undefined) throw new Error("There are no two commands with an lsid");
  return [EJSON.stringify(before), EJSON.stringify(last)];
}

async function hasCollection({ databaseName, collectionName }: Document, context: CaseContext): Promise<boolean> {
  using client = await WireClient.connect(await context.deployment.primary());
  const { cursor } = await client.command(databaseName, { listCollections: 1, filter: { name: collectionName } });
  return cursor.firstBatch.length > 0;
}

async function hasIndex(args: Document, context: CaseContext): Promise<boolean> {
  if (!await hasCollection(args, context)) return false;
  using client = await WireClient.connect(await context.deployment.primary());
  const { cursor } = await client.command(args.databaseName, { listIndexes: args.collectionName });
  return cursor.firstBatch.some(({ name }: Document) => name === args.indexName);
}
