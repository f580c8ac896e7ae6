import { OpCode } from "../../codec/header.ts";
import { checkQueryCommand } from "../../codec/legacy/legacy_query.ts";
import { LegacyRefusal } from "../../codec/legacy/legacy_refusal.ts";
import type { ClientRequest } from "../client/client_request.ts";
import type { ExchangeClient } from "../exchange/exchange.ts";

/**
 * Refuses a command in an OP_QUERY that no server would look at, whoever is to answer it, and says whether it did.
 * Throws `CodecError` if the message is malformed.
 */
export function refusesQueryCommand(request: ClientRequest, client: ExchangeClient): boolean {
  if (request.opCode !== OpCode.query || request.isLegacy) return false;
  try {
    checkQueryCommand(request.plain);
    return false;
  } catch (error) {
    if (!(error instanceof LegacyRefusal)) throw error;
    const { code, codeName, errmsg } = error;
    client.refuse(request, { code, codeName, errmsg, errorLabels: [] });
    return true;
  }
}
