import type { Document } from "bson";
import type { ClientFeature, DriverObject, DriverUnderTest } from "./driver_interface.ts";
import { ENTITY_OPERATIONS } from "./run_operation.ts";
import type { EntityDefinition, OperationDefinition, UnifiedFile, UnifiedTest } from "./test_format.ts";

/** Finds what cases need and a driver does not have. */
export class DriverGaps {
  readonly #driver: DriverUnderTest;
  readonly #samples: Readonly<Record<string, DriverObject | null>>;

  /** Makes one object of each kind, none of them connected. */
  constructor(driver: DriverUnderTest) {
    this.#driver = driver;
    const client = new driver.MongoClient("mongodb://127.0.0.1:1", {});
    const database: DriverObject = client.db("samples");
    this.#samples = {
      client,
      database,
      collection: sample(() => database.collection("samples")),
      session: sample(() => client.startSession()),
      bucket: sample(() => driver.GridFSBucket === null ? null : new driver.GridFSBucket(database, {})),
    };
  }

  /** The first thing that is missing, for people; null where the driver has all that it takes. */
  find(file: UnifiedFile, test: UnifiedTest): string | null {
    const operations = allOperations(test.operations);
    const entities = [
      ...file.createEntities ?? [],
      ...operations.flatMap(({ name, arguments: args }) => name === "createEntities" ? args?.entities : []),
    ];
    const kinds = entityKinds(entities, operations);
    if (test.expectTracingMessages !== undefined) return "the driver has no tracing";
    return firstOf(entities, (one) => this.#missingForEntity(one)) ??
      firstOf(operations, (one) => this.#missingForOperation(one, kinds.get(one.object)));
  }

  #missingForEntity(definition: EntityDefinition): string | null {
    const [kind = "", parameters = {}] = Object.entries(definition)[0] ?? [];
    const { autoEncryptOpts, serverApi, uriOptions, observeLogMessages, ...more } = parameters as Document;
    if (kind === "clientEncryption" || autoEncryptOpts !== undefined) return "client-side encryption is left out";
    if (this.#samples[kind] === null) return `the driver has no ${kind}`;
    if (serverApi !== undefined) return this.#missingFeature("serverApi");
    if (observeLogMessages !== undefined) return this.#missingFeature("mongodbLogPath");
    const options = { ...uriOptions, ...more.databaseOptions, ...more.collectionOptions, ...more.bucketOptions };
    const isLimited = options.timeoutMS !== undefined || more.sessionOptions?.defaultTimeoutMS !== undefined;
    return isLimited ? this.#missingFeature("timeoutMS") : null;
  }

  #missingForOperation(operation: OperationDefinition, kind: string | undefined): string | null {
    if (operation.arguments?.timeoutMS !== undefined && !this.#driver.hasOption("timeoutMS")) {
      return this.#missingFeature("timeoutMS");
    }
    if (kind === undefined) return null;
    const { method = null, methodOf = kind } = kind === "session" && operation.name === "withTransaction"
      ? { method: "withTransaction" }
      : ENTITY_OPERATIONS[kind]?.[operation.name] ?? {};
    const target = this.#samples[methodOf] ?? null;
    return method === null || target === null || method in target ? null : `the driver's ${methodOf} has no ${method}`;
  }

  #missingFeature(feature: ClientFeature): string | null {
    return this.#driver.hasOption(feature) ? null : `the driver has no ${feature}`;
  }
}

function sample(make: () => DriverObject | null): DriverObject | null {
  try {
    return make();
  } catch {
    return null;
  }
}

/** The operations of threads and callbacks included. */
function allOperations(operations: readonly OperationDefinition[]): OperationDefinition[] {
  return operations.flatMap((operation) => [
    operation,
    ...allOperations(operation.arguments?.callback ?? []),
    ...operation.arguments?.operation === undefined ? [] : allOperations([operation.arguments.operation]),
  ]);
}

function entityKinds(
  entities: readonly EntityDefinition[],
  operations: readonly OperationDefinition[],
): ReadonlyMap<string, string> {
  const kinds = new Map<string, string>();
  for (const definition of entities) {
    for (const [kind, { id }] of Object.entries(definition)) kinds.set(id, kind);
  }
  for (const { name, saveResultAsEntity } of operations) {
    if (name === "createCollection" && saveResultAsEntity !== undefined) kinds.set(saveResultAsEntity, "collection");
  }
  return kinds;
}

function firstOf<T>(items: readonly T[], find: (item: T) => string | null): string | null {
  for (const item of items) {
    const found = find(item);
    if (found !== null) return found;
  }
  return null;
}
