import { type LegacyQuery, legacyQueryOf, translateQuery } from "../../codec/legacy/legacy_query.ts";
import type { ClientRequest } from "../client/client_request.ts";
import type { Ongoing } from "../client/ongoing.ts";
import { proxyError } from "../exchange/proxy_error.ts";
import { namespaceOf } from "../pins/trail.ts";
import { type LegacyClient, type LegacyContext, mustTranslate } from "./legacy_context.ts";
import { LegacyReader } from "./legacy_reader.ts";
import { LegacyStream } from "./legacy_stream.ts";
import { isListed, LegacyListing } from "./legacy_listing.ts";
import { isPseudoCommand, translatePseudoCommand } from "./pseudo_command.ts";
import { runTranslated } from "./run_translated.ts";

/**
 * Serves an OP_QUERY of a collection, or of what once was one. With the exhaust flag it never goes to a server as it
 * is, since that would stream its replies on a connection that others need.
 */
export function serveQuery(
  request: ClientRequest,
  client: LegacyClient,
  context: LegacyContext,
): Ongoing | null | "forward" {
  const exhaust = request.command.exhaustAllowed;
  if (exhaust && context.exchanges.front.looksLike === "mongos") {
    client.refuse(request, proxyError("Location18526", "The exhaust option cannot be used for queries to mongos"));
    return null;
  }
  if (!exhaust && !mustTranslate(context)) return "forward";
  const { kind, collection } = legacyQueryOf(request.plain);
  if (isPseudoCommand(collection)) return servePseudoCommand(request, client, context);
  if (isListed(collection, context)) return LegacyListing.start(request, client, context);
  return exhaust && kind === "find"
    ? LegacyStream.start(request, client, context)
    : serveFind(kind, request, client, context);
}

function servePseudoCommand(request: ClientRequest, client: LegacyClient, context: LegacyContext): Ongoing | null {
  const reader = new LegacyReader(request, client, { kind: "command" });
  return runTranslated(() => translatePseudoCommand(request.plain), reader, client, context);
}

function serveFind(
  kind: LegacyQuery["kind"],
  request: ClientRequest,
  client: LegacyClient,
  context: LegacyContext,
): Ongoing | null {
  const { cursors, exchanges: { pins } } = context;
  const namespace = namespaceOf(request.command);
  const reader = new LegacyReader(request, client, {
    kind,
    onReply: (reply) => cursors.opened(pins, namespace, reply),
  });
  return runTranslated(() => translateQuery(request.plain), reader, client, context);
}
