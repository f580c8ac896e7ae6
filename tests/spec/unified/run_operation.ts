import type { Document } from "bson";
import { BUCKET_OPERATIONS } from "./operations/bucket_operations.ts";
import { CLIENT_OPERATIONS } from "./operations/client_operations.ts";
import { COLLECTION_OPERATIONS } from "./operations/collection_operations.ts";
import { CURSOR_OPERATIONS } from "./operations/cursor_operations.ts";
import { DATABASE_OPERATIONS } from "./operations/database_operations.ts";
import type { OperationTable } from "./operations/operation.ts";
import { SESSION_OPERATIONS } from "./operations/session_operations.ts";
import type { CaseContext } from "./case_context.ts";
import { driverOptions } from "./common_options.ts";
import { CursorEntity } from "./cursor_entity.ts";
import type { DriverObject } from "./driver_interface.ts";
import type { Entity } from "./entity_map.ts";
import { match, matchRoots } from "./match.ts";
import { matchError } from "./match_error.ts";
import type { OperationDefinition } from "./test_format.ts";
import { TEST_RUNNER_OPERATIONS } from "./test_runner_operations.ts";

/** The operations of the driver's objects, by the kind of entity. */
export const ENTITY_OPERATIONS: Readonly<Record<string, OperationTable>> = {
  bucket: BUCKET_OPERATIONS,
  client: CLIENT_OPERATIONS,
  collection: COLLECTION_OPERATIONS,
  database: DATABASE_OPERATIONS,
  session: SESSION_OPERATIONS,
};

/** What came of an operation. */
type Outcome =
  | { readonly kind: "result"; readonly result: unknown; readonly isIterable: boolean }
  | { readonly kind: "error"; readonly error: unknown };

/**
 * Runs an operation and checks what came of it. Throws `Error` where that is not as expected.
 * Within the callback of `withTransaction` the driver must see each error: then it is thrown even if it was expected.
 */
export async function runOperation(
  operation: OperationDefinition,
  context: CaseContext,
  isInCallback = false,
): Promise<void> {
  if (operation.object === "testRunner") return await runSpecialOperation(operation, context);
  const outcome = await execute(operation, context);
  try {
    if (operation.ignoreResultAndError !== true) check(operation, outcome, context);
  } catch (error) {
    context.failure ??= { error };
    throw error;
  }
  if (isInCallback && outcome.kind === "error") throw outcome.error;
  if (!isInCallback && context.failure !== null) throw context.failure.error;
}

async function runSpecialOperation(operation: OperationDefinition, context: CaseContext): Promise<void> {
  const run = TEST_RUNNER_OPERATIONS[operation.name];
  if (run === undefined) throw new Error(`Unknown operation of the test runner: ${operation.name}`);
  await run(operation.arguments ?? {}, context, runOperation);
}

/** Only what the driver throws is an outcome; what the runner throws, because a file is wrong, ends the case. */
async function execute(operation: OperationDefinition, context: CaseContext): Promise<Outcome> {
  const entity = context.entities.find(operation.object);
  const { run, isIterable } = prepare(operation, entity, context);
  try {
    return { kind: "result", result: await run(), isIterable };
  } catch (error) {
    return { kind: "error", error };
  }
}

interface Prepared {
  readonly isIterable: boolean;
  run(): Promise<unknown>;
}

function prepare({ name, arguments: given = {} }: OperationDefinition, entity: Entity, context: CaseContext): Prepared {
  const args = resolveArguments(given, context);
  if (entity.kind === "cursor") {
    const operation = CURSOR_OPERATIONS[name];
    if (operation !== undefined) return { isIterable: false, run: () => operation(entity.value, args) };
  }
  if (entity.kind === "session" && name === "withTransaction") {
    return { isIterable: false, run: () => withTransaction(entity.value, args, context) };
  }
  const operation = ENTITY_OPERATIONS[entity.kind]?.[name];
  if (operation === undefined) throw new Error(`Unknown operation of a ${entity.kind}: ${name}`);
  if (name === "startTransaction") context.hasTransaction = true;
  const target = entity.kind === "client" ? entity.value.client : entity.value as DriverObject;
  return { isIterable: operation.isIterable === true, run: () => operation.run(target, args, context.driver) };
}

function resolveArguments(args: Document, { entities }: CaseContext): Document {
  const { session, ...rest } = args;
  return { ...driverOptions(rest), ...session === undefined ? {} : { session: entities.get("session", session) } };
}

function withTransaction(session: DriverObject, args: Document, context: CaseContext): Promise<unknown> {
  const { callback, ...options } = args;
  context.hasTransaction = true;
  return session.withTransaction(async () => {
    for (const operation of callback) await runOperation(operation, context, true);
  }, options);
}

function check(operation: OperationDefinition, outcome: Outcome, context: CaseContext): void {
  const { name, expectError, expectResult, saveResultAsEntity } = operation;
  if (outcome.kind === "error") {
    if (expectError === undefined) throw outcome.error;
    return matchError(expectError, outcome.error, context.driver, context);
  }
  if (expectError !== undefined) throw new Error(`${name} succeeded, expected an error`);
  if (expectResult !== undefined) {
    const compare = outcome.isIterable ? matchRoots : match;
    compare(expectResult, outcome.result, context);
  }
  if (saveResultAsEntity !== undefined) context.entities.set(saveResultAsEntity, resultEntity(name, outcome.result));
}

const CURSOR_MAKERS = new Set(["createChangeStream", "createFindCursor", "createCommandCursor"]);

function resultEntity(operation: string, value: unknown): Entity {
  if (CURSOR_MAKERS.has(operation)) return { kind: "cursor", value: new CursorEntity(value as DriverObject) };
  if (operation === "createCollection") return { kind: "collection", value: value as DriverObject };
  if (value === undefined) throw new Error(`${operation} gave nothing to be saved`);
  return { kind: "bson", value };
}
