import { type Document, type Long, serialize } from "bson";
import { encodeOpMsg } from "../../codec/op_msg.ts";
import { decodeReplyDocument, nextRequestId } from "../../driver/connection.ts";
import { MongoNetworkError, MongoServerError } from "../../driver/error.ts";
import type { ClientRequest } from "../client/client_request.ts";
import { cursorKey } from "../pins/pin_directory.ts";
import type { TrailOwner } from "../pins/trail.ts";
import type { GatewayTeam } from "./gateway_team.ts";

/**
 * Kills one cursor that another worker has, and gives the server's reply; `null`: no worker has it. `command` is the
 * client's `killCursors`. Throws `MongoServerError` where the server refuses, `MongoNetworkError` if the worker ends.
 */
export function killElsewhere(
  id: Long,
  command: Document,
  owner: TrailOwner,
  team: GatewayTeam,
): Promise<Document | null> {
  const { id: clientId, isLoadBalanced } = owner;
  const body = serialize({ ...command, cursors: [id] });
  const bytes = encodeOpMsg({ requestId: nextRequestId(), body });
  return new Promise((resolve, reject) => {
    team.forward({ clientId, isLoadBalanced, bytes }, team.whoMayHave(cursorKey(id.toBigInt())), {
      onReply(reply) {
        const document = reply === null ? null : decodeReplyDocument(reply);
        if (document === null || document.ok === 1) resolve(document);
        else reject(new MongoServerError(document));
      },
      onDeclined: () => resolve(null),
      onLost: () => reject(new MongoNetworkError("The worker that had the cursor has ended")),
    });
  });
}

/** Lets all workers that may have cursors of an OP_KILL_CURSORS kill them; there is no reply to it. */
export function killLegacyElsewhere({ command, plain }: ClientRequest, owner: TrailOwner, team: GatewayTeam): void {
  const workers = new Set(command.cursorIds.flatMap((id) => team.whoMayHave(cursorKey(id))));
  if (workers.size === 0) return;
  const { id: clientId, isLoadBalanced } = owner;
  const nothing = { onReply() {}, onDeclined() {}, onLost() {} };
  // Each does its part and declines, so that the next is asked.
  team.forward({ clientId, isLoadBalanced, bytes: new Uint8Array(plain) }, [...workers], nothing);
}
