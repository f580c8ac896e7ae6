import { concat } from "@std/bytes";
import { serialize } from "bson";
import { encodeOpMsg } from "../../codec/op_msg.ts";
import { nextRequestId } from "../../driver/connection.ts";

const PING = serialize({ ping: 1, $db: "admin" });

/**
 * Puts a `ping` behind a message that gets no reply. A server works through a connection in order, so the ping's
 * reply says that the message was done with: the client's next command sees its effect on whatever connection,
 * and nobody else waits behind it.
 */
export function withBarrier(message: Uint8Array): { bytes: Uint8Array; awaited: number } {
  const awaited = nextRequestId();
  return { bytes: concat([message, encodeOpMsg({ requestId: awaited, body: PING })]), awaited };
}
