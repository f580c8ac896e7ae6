import { CodecError } from "../error.ts";
import { decodeOpGetMore, type OpGetMore } from "../op_get_more.ts";
import { DocumentBuilder } from "./document_builder.ts";
import { encodeCommand } from "./encode_command.ts";
import { splitNamespace } from "./namespace.ts";

const AFTER_NUMBER_TO_RETURN_BYTES = 12;

/**
 * Checks an OP_GET_MORE that a server is to get as it is.
 *
 * @throws {CodecError} if the message is malformed; a negative numberToReturn is, as servers hang up on it
 */
export function checkGetMore(message: Uint8Array): void {
  decode(message);
}

/**
 * Translates an OP_GET_MORE to the command `getMore` in an OP_MSG of the same request id.
 *
 * @throws {CodecError} if the message is malformed; a negative numberToReturn is, as servers hang up on it
 * @throws {LegacyRefusal} if it asks for what no server does
 */
export function translateGetMore(message: Uint8Array): Uint8Array {
  const { fullCollectionName, requestId, cursorId, numberToReturn } = decode(message);
  const { database, collection } = splitNamespace(fullCollectionName);
  const command = new DocumentBuilder().int64("getMore", cursorId).string("collection", collection);
  if (numberToReturn > 0) command.int32("batchSize", numberToReturn);
  return encodeCommand(requestId, database, command);
}

function decode(message: Uint8Array): OpGetMore {
  const getMore = decodeOpGetMore(message, { maxMessageSizeBytes: message.length });
  if (getMore.numberToReturn >= 0) return getMore;
  throw new CodecError("OP_GET_MORE numberToReturn", {
    offset: message.length - AFTER_NUMBER_TO_RETURN_BYTES,
    expected: "0 or more",
    actual: getMore.numberToReturn,
  });
}
