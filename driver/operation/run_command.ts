import type { Document } from "../../codec/bson_types.ts";
import { inheritBsonOptions } from "../bson_options.ts";
import { PRIMARY } from "../selection/read_preference.ts";
import type { ClientCore } from "./client_core.ts";
import { executeOperation } from "./execute_operation.ts";
import type { Operation } from "./operation.ts";
import {
  type OperationOptions,
  type OperationSettings,
  operationTimeout,
  readPreferenceOf,
} from "./operation_settings.ts";

/** What `Db.command` may be told; concerns belong into the command itself. */
export type RunCommandOptions = Omit<OperationOptions, "readConcern" | "writeConcern">;

/** Where a command runs; a `Db` fits. */
export interface CommandTarget {
  readonly client: { readonly core: ClientCore };
  readonly databaseName: string;
  readonly settings: OperationSettings;
}

/** Runs any command; nothing is inherited but the time limit and how values are encoded (run command specification). */
export async function runCommand(
  target: CommandTarget,
  command: Document,
  options: RunCommandOptions,
): Promise<Document> {
  const { signal, session } = options;
  const timeoutMS = operationTimeout(options.timeoutMS, session, target.settings.timeoutMS);
  return await executeOperation(target.client.core, commandOperation(target, command, options), { signal, timeoutMS });
}

/** The operation that runs any command and gives its reply. */
export function commandOperation(
  { databaseName, settings }: CommandTarget,
  command: Document,
  options: RunCommandOptions,
): Operation<Document> {
  const { session, readPreference } = options;
  return {
    commandName: Object.keys(command)[0] ?? "",
    database: databaseName,
    kind: "command",
    session: session ?? null,
    readPreference: readPreference === undefined ? PRIMARY : readPreferenceOf(readPreference),
    bson: inheritBsonOptions(settings.bson, options),
    takesWriteConcernError: true,
    command: () => ({ body: { ...command } }),
    result: (reply) => reply,
  };
}
