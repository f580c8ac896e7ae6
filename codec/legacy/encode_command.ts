import { type DocumentSequence, encodeOpMsg } from "../op_msg.ts";
import { checkSize } from "./check_size.ts";
import type { DocumentBuilder } from "./document_builder.ts";

/**
 * Encodes a command, which has all but its `$db` yet, as an OP_MSG. A sequence may have all its documents in one piece.
 *
 * @throws {LegacyRefusal} if the command is longer than servers read
 */
export function encodeCommand(
  requestId: number,
  database: string,
  command: DocumentBuilder,
  sequences: readonly DocumentSequence[] = [],
): Uint8Array {
  const body = command.string("$db", database).finish();
  checkSize(body.length);
  return encodeOpMsg({ requestId, body, sequences });
}
