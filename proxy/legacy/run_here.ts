import { OpCode } from "../../codec/header.ts";
import type { ClientRequest } from "../client/client_request.ts";
import type { Ongoing } from "../client/ongoing.ts";
import { startExchange } from "../exchange/start_exchange.ts";
import type { Trail } from "../pins/trail.ts";
import type { LegacyClient, LegacyContext } from "./legacy_context.ts";
import { serveLegacy } from "./serve_legacy.ts";

/**
 * Runs a client's message by the connections of this gateway: as it is, or what it is translated to. `trail` is what it
 * leaves as it is. `null`: it is answered.
 */
export function runHere(
  request: ClientRequest,
  client: LegacyClient,
  trail: Trail | null,
  context: LegacyContext,
): Ongoing | null {
  const served = request.opCode === OpCode.msg ? "forward" : serveLegacy(request, client, context);
  return served === "forward" ? startExchange(request, client, trail, context.exchanges) : served;
}
