import type { CommandView } from "../../codec/command.ts";
import { spliceBody, spliceElement } from "../../codec/bson_splice.ts";
import { findElement } from "../../codec/bson_view.ts";
import { OpCode } from "../../codec/header.ts";
import { OpMsgFlag, opMsgFlags, withOpMsgFlags } from "../../codec/op_msg.ts";
import type { Server, Topology } from "../../driver/sdam/topology.ts";
import { PRIMARY, type ReadPreference } from "../../driver/selection/read_preference.ts";
import { serialize } from "bson";
import type { ClientRequest } from "../client/client_request.ts";

/** `$readPreference: {mode: "primaryPreferred"}` as an element of a document. */
const PRIMARY_PREFERRED_ELEMENT = serialize({ $readPreference: { mode: "primaryPreferred" } })
  .subarray(4, -1);

/** Where a command may go: the client's read preference, save for what only the primary can do. */
export function readPreferenceOf(command: CommandView): ReadPreference {
  const asked = command.traits.mayUseSecondary ? command.readPreference : null;
  return asked === null || command.isWrite || command.autocommit === false ? PRIMARY : asked;
}

/**
 * Clears the leave to stream replies: a server that may not stream answers once, and a client that allowed it
 * asks for the next as ever (OP_MSG specification, "exhaustAllowed").
 */
export function declineExhaust(request: ClientRequest): void {
  const { plain, opCode } = request;
  if (opCode !== OpCode.msg) return;
  request.replace(withOpMsgFlags(plain, opMsgFlags(plain) & ~OpMsgFlag.exhaustAllowed));
}

/**
 * Lets a secondary that was connected to directly answer reads. Clients take the gateway for a `mongos` and send
 * no read preference for `primary`; a driver of its own would (server selection specification, "Passing read
 * preference to mongos and load balancers", topology type Single).
 */
export function allowSecondaryRead(
  request: ClientRequest,
  server: Server,
  topology: Topology,
): void {
  if (topology.description.type !== "Single" || server.description.type !== "RSSecondary") return;
  if (request.opCode !== OpCode.msg || findElement(request.command.body, "$readPreference") >= 0) return;
  request.replace(
    spliceBody(
      request.plain,
      (body) => spliceElement(body, "$readPreference", PRIMARY_PREFERRED_ELEMENT),
    ),
  );
}
