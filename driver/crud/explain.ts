import type { Document } from "../../codec/bson_types.ts";
import type { Operation } from "../operation/operation.ts";
import { type CollectionScope, readOperation } from "./collection_scope.ts";
import type { CommandOperationOptions, ExplainCommandOptions, ExplainVerbosityLike } from "./crud_options.ts";

/** Explains the command that `body` gives instead of running it. */
export function explained(
  scope: CollectionScope,
  options: CommandOperationOptions,
  explain: ExplainVerbosityLike | ExplainCommandOptions,
  body: () => Document,
): Operation<Document> {
  const { verbosity, maxTimeMS = options.maxTimeMS } = explainOptions(explain);
  const { maxTimeMS: _ofCommand, ...rest } = options;
  const limits = maxTimeMS === undefined ? rest : { ...rest, maxTimeMS };
  const { readConcern: _none, ...operation } = readOperation<Document>(scope, limits, {
    commandName: "explain",
    command: () => ({ body: { explain: body(), verbosity } }),
    result: (reply) => reply,
  });
  return operation;
}

function explainOptions(explain: ExplainVerbosityLike | ExplainCommandOptions): ExplainCommandOptions {
  if (typeof explain === "boolean") return { verbosity: explain ? "allPlansExecution" : "queryPlanner" };
  return typeof explain === "string" ? { verbosity: explain } : explain;
}
