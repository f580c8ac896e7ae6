import { CodecError } from "../error.ts";
import { decodeOpGetMore } from "../op_get_more.ts";
import { DocumentBuilder } from "./document_builder.ts";
import { encodeCommand } from "./encode_command.ts";
import { splitNamespace } from "./namespace.ts";

const AFTER_NUMBER_TO_RETURN_BYTES = 12;

/**
 * Translates an OP_GET_MORE to the command `getMore` in an OP_MSG of the same request id.
 *
 * @throws {CodecError} if the message is malformed; a negative numberToReturn is, as servers hang up on it
 */
export function translateGetMore(message: Uint8Array): Uint8Array {
  const getMore = decodeOpGetMore(message, { maxMessageSizeBytes: message.length });
  const { requestId, cursorId, numberToReturn } = getMore;
  if (numberToReturn < 0) {
    throw new CodecError("OP_GET_MORE numberToReturn", {
      offset: message.length - AFTER_NUMBER_TO_RETURN_BYTES,
      expected: "0 or more",
      actual: numberToReturn,
    });
  }
  const { database, collection } = splitNamespace(getMore.fullCollectionName);
  const command = new DocumentBuilder().int64("getMore", cursorId).string("collection", collection);
  if (numberToReturn > 0) command.int32("batchSize", numberToReturn);
  return encodeCommand(requestId, database, command);
}
