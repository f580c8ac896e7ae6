import type { ClientRequest } from "../client/client_request.ts";
import type { ClientSession } from "../client/client_session.ts";
import type { Ongoing } from "../client/ongoing.ts";
import type { ExchangeContext } from "../exchange/exchange_context.ts";
import { proxyError } from "../exchange/proxy_error.ts";

/** Serves `getLastError`, `getPrevError`, `resetError` and `forceerror`, in OP_QUERY or OP_MSG. */
export function serveLastError(
  request: ClientRequest,
  session: ClientSession,
  _exchanges: ExchangeContext,
): Ongoing | null {
  session.refuse(request, proxyError("CommandNotSupported", "The last error is not kept yet"));
  return null;
}
