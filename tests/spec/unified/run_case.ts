import { assertEquals } from "@std/assert";
import { type Document, EJSON } from "bson";
import { CommandFailedError, WireClient } from "../../support/wire_client.ts";
import { CaseContext } from "./case_context.ts";
import { createEntities } from "./create_entities.ts";
import { type Deployment, endTransactions } from "./deployment.ts";
import type { DriverUnderTest } from "./driver_interface.ts";
import { matchEvents } from "./match_events.ts";
import { matchLogMessages } from "./match_log_messages.ts";
import { runOperation } from "./run_operation.ts";
import type { CollectionData, UnifiedFile, UnifiedTest } from "./test_format.ts";
import { assertSchemaVersion } from "./version.ts";

/** Runs one case of a file that has been found fit to run. Throws `Error` where it fails. */
export async function runCase(
  file: UnifiedFile,
  test: UnifiedTest,
  driver: DriverUnderTest,
  deployment: Deployment,
): Promise<void> {
  assertSchemaVersion(file.schemaVersion);
  const context = new CaseContext(driver, deployment);
  using internal = await WireClient.connect(await deployment.primary());
  let isOver = false;
  try {
    if (file.initialData === undefined) await dropLeftovers(file, internal, deployment);
    for (const data of file.initialData ?? []) await setUp(data, internal);
    await createEntities(file.createEntities ?? [], context);
    for (const operation of test.operations) await runOperation(operation, context);
    for (const client of context.entities.all("client")) client.stopObserving();
    checkWhatWasTold(test, context);
    isOver = true;
  } finally {
    await cleanUp(context, internal, isOver);
  }
  for (const data of test.outcome ?? []) await checkOutcome(data, deployment);
}

/** Without data of its own, a file's collections begin without what other files left in them, on all members. */
async function dropLeftovers(file: UnifiedFile, client: WireClient, deployment: Deployment): Promise<void> {
  const { createEntities = [] } = file;
  const databases = new Map(createEntities.flatMap(({ database }) => database ? [[database.id, database]] : []));
  for (const { collection } of createEntities) {
    const databaseName = databases.get(collection?.database)?.databaseName;
    if (collection === undefined || databaseName === undefined) continue;
    await drop(databaseName, collection.collectionName, { w: deployment.members.length }, client);
  }
}

async function setUp(data: CollectionData, client: WireClient): Promise<void> {
  const { collectionName, databaseName, createOptions, documents } = data;
  const writeConcern = { w: "majority" };
  await drop(databaseName, collectionName, writeConcern, client);
  if (createOptions !== undefined || documents.length === 0) {
    await client.command(databaseName, { create: collectionName, ...createOptions, writeConcern });
  }
  if (documents.length > 0) await client.command(databaseName, { insert: collectionName, documents, writeConcern });
}

const NAMESPACE_NOT_FOUND = 26;

async function drop(database: string, collection: string, writeConcern: Document, client: WireClient): Promise<void> {
  try {
    await client.command(database, { drop: collection, writeConcern });
  } catch (error) {
    if (!(error instanceof CommandFailedError) || error.code !== NAMESPACE_NOT_FOUND) throw error;
  }
}

function checkWhatWasTold({ expectEvents = [], expectLogMessages = [] }: UnifiedTest, context: CaseContext): void {
  for (const expected of expectEvents) {
    matchEvents(expected, context.entities.get("client", expected.client).events, context);
  }
  for (const expected of expectLogMessages) {
    matchLogMessages(expected, context.entities.get("client", expected.client).logMessages, context);
  }
}

/** Leaves the servers and this process as they were, whatever the case did. */
async function cleanUp(context: CaseContext, internal: WireClient, isOver: boolean): Promise<void> {
  const { entities, failPoints, hasTransaction, deployment } = context;
  for (const name of failPoints) await turnOff(name, deployment);
  if (hasTransaction || !isOver) await endTransactions(internal);
  for (const cursor of entities.all("cursor")) await cursor.close();
  for (const session of entities.all("session")) await session.endSession();
  for (const { client } of entities.all("client")) await client.close();
}

async function turnOff(failPoint: string, { members }: Deployment): Promise<void> {
  for (const member of members) {
    using client = await WireClient.connect(member);
    await client.command("admin", { configureFailPoint: failPoint, mode: "off" });
  }
}

/** The case may have made another server the primary. */
async function checkOutcome(data: CollectionData, deployment: Deployment): Promise<void> {
  using client = await WireClient.connect(await deployment.primary());
  const { cursor } = await client.command(data.databaseName, {
    find: data.collectionName,
    sort: { _id: 1 },
    batchSize: 1_000,
    readConcern: { level: "local" },
  });
  assertEquals(cursor.firstBatch.map(normalize), data.documents.map(normalize));
}

/** Equal for documents of equal contents, whatever the order of their keys and the width of their numbers. */
function normalize(document: unknown): unknown {
  return JSON.parse(EJSON.stringify(document, { relaxed: true }));
}
