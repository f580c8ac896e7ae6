import { LegacyRefusal } from "../../codec/legacy/legacy_refusal.ts";
import { ClientRequest } from "../client/client_request.ts";
import type { Ongoing } from "../client/ongoing.ts";
import type { ExchangeClient } from "../exchange/exchange.ts";
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
  context: LegacyContext,
): Ongoing | null {
  const message = translated(translate, reader);
  return message === null ? null : startTranslated(message, reader, client, context);
}

/** Runs an OP_MSG in the place of what a client sent; `reader` gets what it is answered. */
export function startTranslated(
  message: Uint8Array,
  reader: ExchangeClient,
  client: LegacyClient,
  { exchanges }: LegacyContext,
): Ongoing {
  const request = ClientRequest.owned(message, exchanges.limits.maxMessageSizeBytes);
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
