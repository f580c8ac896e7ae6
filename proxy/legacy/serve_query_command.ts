import { translateQueryCommand } from "../../codec/legacy/legacy_query.ts";
import type { ClientRequest } from "../client/client_request.ts";
import type { Ongoing } from "../client/ongoing.ts";
import type { LegacyClient, LegacyContext } from "./legacy_context.ts";
import { LegacyReader } from "./legacy_reader.ts";
import { runTranslated } from "./run_translated.ts";

/** Serves a command that came as an OP_QUERY of `$cmd`. */
export function serveQueryCommand(
  request: ClientRequest,
  client: LegacyClient,
  context: LegacyContext,
): Ongoing | null {
  const reader = new LegacyReader(request, client, { kind: "command" });
  return runTranslated(() => translateQueryCommand(request.plain), reader, client, context);
}
