import { OpCode } from "../../codec/header.ts";
import { checkGetMore } from "../../codec/legacy/legacy_get_more.ts";
import type { ClientRequest } from "../client/client_request.ts";
import type { Ongoing } from "../client/ongoing.ts";
import { type LegacyClient, type LegacyContext, mustTranslate } from "./legacy_context.ts";
import { serveLegacyWrite } from "./serve_legacy_write.ts";
import { serveGetMore } from "./serve_get_more.ts";
import { serveQuery } from "./serve_query.ts";
import { serveQueryCommand } from "./serve_query_command.ts";

/**
 * Serves what came in the old operations as the commands that took their place: writes always, reads where
 * {@linkcode mustTranslate} says so. `"forward"`: the message goes to a server as it is; `null`: it is answered.
 * OP_KILL_CURSORS is served by `serveKillCursors`, as the command is. Throws `CodecError` for what is malformed.
 */
export function serveLegacy(
  request: ClientRequest,
  client: LegacyClient,
  context: LegacyContext,
): Ongoing | null | "forward" {
  switch (request.opCode) {
    case OpCode.insert:
    case OpCode.update:
    case OpCode.delete:
      return serveLegacyWrite(request, client, context);
    case OpCode.query:
      if (request.isLegacy) return serveQuery(request, client, context);
      return mustTranslate(context) ? serveQueryCommand(request, client, context) : "forward";
    case OpCode.getMore:
      if (mustTranslate(context)) return serveGetMore(request, client, context);
      checkGetMore(request.plain);
      return "forward";
    default:
      return "forward";
  }
}
