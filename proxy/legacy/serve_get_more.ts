import { translateGetMore } from "../../codec/legacy/legacy_get_more.ts";
import { encodeElement, spliceBody, spliceElement } from "../../codec/bson_splice.ts";
import { Binary } from "bson";
import type { ClientRequest } from "../client/client_request.ts";
import type { Ongoing } from "../client/ongoing.ts";
import type { CursorPin } from "../pins/cursor_pins.ts";
import { namespaceOf } from "../pins/trail.ts";
import type { LegacyClient, LegacyContext } from "./legacy_context.ts";
import { LegacyReader } from "./legacy_reader.ts";
import { runTranslated } from "./run_translated.ts";

/** Serves an OP_GET_MORE, whatever opened the cursor. */
export function serveGetMore(request: ClientRequest, client: LegacyClient, context: LegacyContext): Ongoing | null {
  const { cursors, exchanges: { pins } } = context;
  const { command } = request;
  const cursor = pins.cursors.find({ id: command.cursorId ?? 0n, namespace: namespaceOf(command), session: null });
  const reader = new LegacyReader(request, client, {
    kind: "getMore",
    startingFrom: cursor === null ? 0 : cursors.returned(cursor),
    onReply: ({ returned }) => cursor !== null && cursors.add(cursor, returned),
  });
  return runTranslated(() => inSession(translateGetMore(request.plain), cursor), reader, client, context);
}

/** Adds the session that a cursor was opened in: the operation knows none, and the command asks for the same. */
function inSession(getMore: Uint8Array, cursor: CursorPin | null): Uint8Array {
  const session = cursor?.session ?? null;
  if (session === null) return getMore;
  const id = new Binary(Uint8Array.from(session, (byte) => byte.charCodeAt(0)), Binary.SUBTYPE_UUID);
  return spliceBody(getMore, (body) => spliceElement(body, "lsid", encodeElement("lsid", { id })));
}
