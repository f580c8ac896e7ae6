import { type DocumentSequence, encodeOpMsg } from "../op_msg.ts";
import { checkSize } from "./check_size.ts";
import type { DocumentBuilder } from "./document_builder.ts";

/**
 * Encodes a command, which has all but its `$db` yet, as an OP_MSG.
 *
 * @throws {LegacyRefusal} if a document of it is longer than servers read
 */
export function encodeCommand(
  requestId: number,
  database: string,
  command: DocumentBuilder,
  sequences: readonly DocumentSequence[] = [],
): Uint8Array {
  const body = command.string("$db", database).finish();
  checkSize(body);
  for (const { documents } of sequences) documents.forEach(checkSize);
  return encodeOpMsg({ requestId, body, sequences });
}
