import type { Document } from "../../codec/bson_types.ts";
import { inheritBsonOptions } from "../bson_options.ts";
import { PRIMARY } from "../selection/read_preference.ts";
import type { ClientCore } from "./client_core.ts";
import { executeOperation } from "./execute_operation.ts";
import { type OperationOptions, readPreferenceOf } from "./operation_settings.ts";

/** What `Db.command` may be told; concerns belong into the command itself. */
export type RunCommandOptions = Omit<OperationOptions, "readConcern" | "writeConcern">;

/** Runs any command; nothing is inherited but the time limit and how values are encoded (run command specification). */
export function runCommand(
  core: ClientCore,
  database: string,
  command: Document,
  options: RunCommandOptions,
): Promise<Document> {
  const { session, signal, readPreference, timeoutMS = core.settings.timeoutMS } = options;
  return executeOperation(core, {
    commandName: Object.keys(command)[0] ?? "",
    database,
    kind: "command",
    session: session ?? null,
    readPreference: readPreference === undefined ? PRIMARY : readPreferenceOf(readPreference),
    bson: inheritBsonOptions(core.settings.bson, options),
    takesWriteConcernError: true,
    command: () => ({ body: { ...command } }),
    result: (reply) => reply,
  }, { signal, timeoutMS });
}
