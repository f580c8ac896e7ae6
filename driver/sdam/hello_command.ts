import { type Document, serialize } from "bson";
import { encodeOpMsg, OpMsgFlag } from "../../codec/op_msg.ts";
import { nextRequestId } from "../connection.ts";
import type { TopologyVersion } from "./topology_version.ts";

/**
 * Asks the server to reply when its state differs from `topologyVersion`, or after `maxAwaitTimeMS`; and so on and on.
 */
export interface AwaitedHello {
  readonly topologyVersion: TopologyVersion;
  readonly maxAwaitTimeMS: number;
}

/**
 * The message of a check: `hello` for a server that said `helloOk`, else the legacy one.
 * With `awaited` the server may stream its replies (exhaust).
 */
export function encodeHello(helloOk: boolean, awaited: AwaitedHello | null): Uint8Array {
  const command: Document = { [helloOk ? "hello" : "isMaster"]: 1, helloOk: true };
  if (awaited !== null) {
    command.topologyVersion = awaited.topologyVersion;
    // The server asks for a 64-bit integer.
    command.maxAwaitTimeMS = BigInt(awaited.maxAwaitTimeMS);
  }
  return encodeOpMsg({
    requestId: nextRequestId(),
    flags: awaited === null ? 0 : OpMsgFlag.exhaustAllowed,
    body: serialize({ ...command, $db: "admin" }),
  });
}
