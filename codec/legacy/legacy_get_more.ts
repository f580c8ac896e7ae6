import { decodeOpGetMore } from "../op_get_more.ts";
import { encodeOpMsg } from "../op_msg.ts";
import { DocumentBuilder } from "./document_builder.ts";
import { splitNamespace } from "./namespace.ts";

/**
 * Translates an OP_GET_MORE to the command `getMore` in an OP_MSG of the same request id.
 *
 * @throws {CodecError} if the message is malformed
 */
export function translateGetMore(message: Uint8Array): Uint8Array {
  const getMore = decodeOpGetMore(message, { maxMessageSizeBytes: message.length });
  const { database, collection } = splitNamespace(getMore.fullCollectionName);
  const body = new DocumentBuilder().int64("getMore", getMore.cursorId).string("collection", collection);
  if (getMore.numberToReturn !== 0) body.int32("batchSize", Math.abs(getMore.numberToReturn));
  return encodeOpMsg({ requestId: getMore.requestId, body: body.string("$db", database).finish() });
}
