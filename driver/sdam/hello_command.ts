import { type Document, serialize } from "bson";
import { encodeOpMsg, OpMsgFlag } from "../../codec/op_msg.ts";
import { nextRequestId } from "../connection.ts";
import { type ServerApi, serverApiFields } from "../handshake.ts";
import type { TopologyVersion } from "./topology_version.ts";

/**
 * Asks the server to reply when its state differs from `topologyVersion`, or after `maxAwaitTimeMS`; and so on and on.
 */
export interface AwaitedHello {
  readonly topologyVersion: TopologyVersion;
  readonly maxAwaitTimeMS: number;
}

/**
 * The message of a check: `hello` for a server that said `helloOk`, and with a declared API, else the legacy one.
 * With `awaited` the server may stream its replies (exhaust).
 */
export function encodeHello(helloOk: boolean, awaited: AwaitedHello | null, serverApi?: ServerApi): Uint8Array {
  const command: Document = {
    [helloOk || serverApi !== undefined ? "hello" : "isMaster"]: 1,
    helloOk: true,
    ...(serverApi === undefined ? {} : serverApiFields(serverApi)),
  };
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
