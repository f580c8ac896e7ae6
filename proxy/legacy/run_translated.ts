import { LegacyRefusal } from "../../codec/legacy/legacy_refusal.ts";
import { ClientRequest } from "../client/client_request.ts";
import type { Ongoing } from "../client/ongoing.ts";
import { startExchange } from "../exchange/start_exchange.ts";
import { trailOf } from "../pins/trail.ts";
import type { LegacyClient, LegacyContext } from "./legacy_context.ts";
import type { LegacyReader } from "./legacy_reader.ts";

/**
 * Runs what `translate` makes of a client's message, an OP_MSG, and answers the client by `reader`; `null`: it is
 * answered, since it asks for what no server does. Throws `CodecError` if it is malformed.
 */
export function runTranslated(
  translate: () => Uint8Array,
  reader: LegacyReader,
  client: LegacyClient,
  { exchanges }: LegacyContext,
): Ongoing | null {
  const message = translated(translate, reader);
  if (message === null) return null;
  const request = new ClientRequest(message, exchanges.limits.maxMessageSizeBytes, null, true);
  return startExchange(request, reader, trailOf(request.command, client, exchanges.pins), exchanges);
}

/** What `translate` gives; `null` if it cannot and `reader` has said so. */
export function translated(translate: () => Uint8Array, reader: LegacyReader): Uint8Array | null {
  try {
    return translate();
  } catch (error) {
    if (!(error instanceof LegacyRefusal)) throw error;
    reader.reject(error);
    return null;
  }
}
