import type { ClientRequest } from "../client/client_request.ts";
import type { Trail } from "../pins/trail.ts";
import { Exchange, type ExchangeClient } from "./exchange.ts";
import type { ExchangeContext } from "./exchange_context.ts";

/** Sets a command out. */
export function startExchange(
  request: ClientRequest,
  client: ExchangeClient,
  trail: Trail | null,
  context: ExchangeContext,
): Exchange {
  const exchange = new Exchange(client, request, trail, context);
  exchange.start();
  return exchange;
}
