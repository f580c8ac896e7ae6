import { LegacyRefusal } from "../../codec/legacy/legacy_refusal.ts";
import { type LegacyWrite, translateWrite } from "../../codec/legacy/legacy_write.ts";
import { nextRequestId } from "../../driver/connection.ts";
import type { ClientRequest } from "../client/client_request.ts";
import type { Ongoing } from "../client/ongoing.ts";
import type { LegacyClient, LegacyContext } from "./legacy_context.ts";
import { LegacyWriter } from "./legacy_writer.ts";

/** What every server takes that is new enough for the proxy. */
const LIMITS = { maxWriteBatchSize: 100_000, maxMessageSizeBytes: 48_000_000 };

/** Serves an OP_INSERT, OP_UPDATE or OP_DELETE; what no server would do is told by the client's last error. */
export function serveLegacyWrite(
  request: ClientRequest,
  client: LegacyClient,
  context: LegacyContext,
): Ongoing | null {
  const write = translated(request, client);
  if (write === null) return null;
  const writer = new LegacyWriter(request, client, write, context);
  writer.start();
  return writer;
}

/** `null`: refused. */
function translated(request: ClientRequest, client: LegacyClient): LegacyWrite | null {
  try {
    return translateWrite(request.plain, nextRequestId, LIMITS);
  } catch (error) {
    if (!(error instanceof LegacyRefusal)) throw error;
    const { code, codeName, errmsg } = error;
    client.refuse(request, { code, codeName, errmsg, errorLabels: [] });
    return null;
  }
}
