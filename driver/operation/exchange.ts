import type { DeserializeOptions } from "bson";
import type { Document } from "../../codec/bson_types.ts";
import { OpCode, opCode } from "../../codec/header.ts";
import { decompressMessage } from "../../codec/op_compressed.ts";
import type { BSONSerializeOptions } from "../bson_options.ts";
import type { Connection, ReplyReceiver } from "../connection.ts";
import { decodeDocument } from "../decode_document.ts";
import { MongoNetworkError, MongoNetworkTimeoutError } from "../error.ts";
import type { GiveUp } from "./give_up.ts";

/** Where the document of a reply begins: after the header, the flags and the kind of the section. */
const DOCUMENT_OFFSET = 21;

/** What an exchange is limited by. */
export interface ExchangeLimits {
  readonly giveUp: GiveUp | null;
  /** Milliseconds to wait for the reply; 0 means no limit. */
  readonly socketTimeoutMS: number;
}

/**
 * Sends `message` and decodes the reply, whatever it says. When it is given up, the connection is closed, and the
 * promise rejects with the reason.
 */
export function exchange(
  connection: Connection,
  message: Uint8Array,
  bson: BSONSerializeOptions,
  { giveUp, socketTimeoutMS }: ExchangeLimits,
): Promise<Document> {
  return new Promise((resolve, reject) => {
    giveUp?.check();
    let stop: (() => void) | null = null;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const receiver: ReplyReceiver = {
      onReply(reply) {
        clearTimeout(timer);
        stop?.();
        resolve(decodeReply(reply, bson));
      },
      onFailure(error) {
        clearTimeout(timer);
        stop?.();
        reject(error);
      },
    };
    connection.exchange(message, receiver);
    if (socketTimeoutMS > 0) timer = setTimeout(() => connection.close(timeoutError(connection)), socketTimeoutMS);
    if (giveUp === null || !connection.isBusy) return;
    stop = giveUp.watch((reason) => {
      clearTimeout(timer);
      reject(reason);
      connection.close(new MongoNetworkError("The operation was given up", { cause: reason }));
    });
  });
}

function timeoutError(connection: Connection): MongoNetworkTimeoutError {
  return new MongoNetworkTimeoutError(`No reply from ${connection.remoteAddress} within socketTimeoutMS`);
}

function decodeReply(message: Uint8Array, bson: BSONSerializeOptions): Document {
  const plain = opCode(message) === OpCode.compressed ? decompressMessage(message) : message;
  const bytes = plain.subarray(DOCUMENT_OFFSET);
  const reply = decodeDocument(bytes, decodeOptions(bson));
  // What is decided by an error's code does not depend on how the user wants numbers.
  return bson.promoteValues === false && Number(reply.ok) !== 1 ? decodeDocument(bytes) : reply;
}

function decodeOptions(bson: BSONSerializeOptions): DeserializeOptions {
  const { enableUtf8Validation, raw, ...options } = bson;
  return {
    ...options,
    ...(enableUtf8Validation === undefined ? {} : { validation: { utf8: enableUtf8Validation } }),
    ...(raw === true ? { fieldsAsRaw: { firstBatch: true, nextBatch: true } } : {}),
  };
}
