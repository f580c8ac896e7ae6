import { DocumentBuilder } from "../../codec/legacy/document_builder.ts";
import { encodeCommand } from "../../codec/legacy/encode_command.ts";
import { splitNamespace } from "../../codec/legacy/namespace.ts";
import { wrappedFilter } from "../../codec/legacy/query_options.ts";
import { decodeOpQuery } from "../../codec/op_query.ts";

/** The collections that servers until 3.0 had for commands, and the commands of `admin` that took their place. */
const COMMANDS: ReadonlyMap<string, string> = new Map([
  ["$cmd.sys.inprog", "currentOp"],
  ["$cmd.sys.killop", "killOp"],
  ["$cmd.sys.unlock", "fsyncUnlock"],
]);

/** Whether a query of this collection is a command. */
export function isPseudoCommand(collection: string): boolean {
  return COMMANDS.has(collection);
}

/**
 * Translates such a query to its command, an OP_MSG of the same request id; its filter are the arguments. Throws
 * `CodecError` if it is malformed, `LegacyRefusal` if it is too long.
 */
export function translatePseudoCommand(message: Uint8Array): Uint8Array {
  const { requestId, fullCollectionName, query } = decodeOpQuery(message, { maxMessageSizeBytes: message.length });
  const name = COMMANDS.get(splitNamespace(fullCollectionName).collection)!;
  const command = new DocumentBuilder().int32(name, 1).elementsOf(wrappedFilter(query) ?? query);
  return encodeCommand(requestId, "admin", command);
}
