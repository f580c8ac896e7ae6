import type { Document } from "bson";
import { findElement, readString } from "../../codec/bson_view.ts";
import { OpCode } from "../../codec/header.ts";
import { splitNamespace } from "../../codec/legacy/namespace.ts";
import { wrappedFilter } from "../../codec/legacy/query_options.ts";
import { decodeOpGetMore, encodeOpGetMore } from "../../codec/op_get_more.ts";
import { decodeOpQuery, type OpQuery } from "../../codec/op_query.ts";
import type { Connection } from "../../driver/connection.ts";
import { type MongoError, MongoServerError } from "../../driver/error.ts";
import type { ClientRequest } from "../client/client_request.ts";
import type { Ongoing } from "../client/ongoing.ts";
import { toProxyError } from "../exchange/proxy_error.ts";
import { readPreferenceOf } from "../exchange/route.ts";
import { hasDocumentsStage, type LegacyClient, type LegacyContext, mustTranslate } from "./legacy_context.ts";
import { LegacyReader } from "./legacy_reader.ts";
import { listIndexes, listNamespaces } from "./list_namespaces.ts";
import { LISTING_NAMESPACE, listingCommand } from "./listing_command.ts";
import { runTranslated, translated } from "./run_translated.ts";

/** The collections of a database that told of its collections and indexes, before there were commands for that. */
const NAMESPACES = "system.namespaces";
const INDEXES = "system.indexes";

/** Gets the documents from a server. */
type Lister = (connection: Connection) => Promise<Document[]>;

/** `listing` asks for what there is, `finding` lets a server find in it what the client wants, `over` ends. */
type ListingState =
  | { readonly kind: "listing"; readonly hasLeft: boolean }
  | { readonly kind: "finding"; readonly ongoing: Ongoing }
  | { readonly kind: "over" };

/** Whether the documents of this collection are made up from what commands tell. */
export function isListed(collection: string | null, context: LegacyContext): boolean {
  return (collection === NAMESPACES || collection === INDEXES) && mustTranslate(context) && hasDocumentsStage(context);
}

/** Lets an OP_GET_MORE of documents that are made up go on with the cursor that they really come from. */
export function aimAtListing(request: ClientRequest, context: LegacyContext): void {
  if (request.opCode !== OpCode.getMore || !isListed(request.command.collection, context)) return;
  const getMore = decodeOpGetMore(request.plain, { maxMessageSizeBytes: request.plain.length });
  request.replace(encodeOpGetMore({ ...getMore, fullCollectionName: LISTING_NAMESPACE }));
}

/** A query of a collection whose documents are made up. */
export class LegacyListing implements Ongoing {
  readonly #request: ClientRequest;
  readonly #client: LegacyClient;
  readonly #context: LegacyContext;
  readonly #reader: LegacyReader;
  #state: ListingState = { kind: "listing", hasLeft: false };

  private constructor(request: ClientRequest, client: LegacyClient, context: LegacyContext) {
    const { cursors, exchanges: { pins } } = context;
    this.#request = request;
    this.#client = client;
    this.#context = context;
    this.#reader = new LegacyReader(request, client, {
      kind: "find",
      onReply: (reply) => cursors.opened(pins, LISTING_NAMESPACE, reply),
    });
  }

  /** Serves the client's `request`; `null`: it is answered, since it asks for what no server does. */
  static start(request: ClientRequest, client: LegacyClient, context: LegacyContext): LegacyListing | null {
    request.keep();
    const { plain } = request;
    const query = decodeOpQuery(plain, { maxMessageSizeBytes: plain.length });
    const listing = new LegacyListing(request, client, context);
    // What cannot be read is found out before anybody waits.
    if (translated(() => listingCommand(query, []), listing.#reader) === null) return null;
    const lister = listerOf(query);
    // Also what cannot be encoded again, such as names of fields that mean something to the encoder.
    listing.#list(lister).then((documents) => listing.#find(query, documents)).catch((error) => listing.#fail(error));
    return listing;
  }

  onClientDrain(): void {
    if (this.#state.kind === "finding") this.#state.ongoing.onClientDrain?.();
  }

  abandon(): void {
    this.#leave((ongoing) => ongoing.abandon());
  }

  /** The gateway cuts its own commands itself. */
  cut(): void {
    this.#leave((ongoing) => ongoing.cut());
  }

  async #list(lister: Lister): Promise<Document[]> {
    const { topology, ownCommands } = this.#context.exchanges;
    const server = await topology.selectServer({ readPreference: readPreferenceOf(this.#request.command) });
    return await ownCommands.run(server.pool, lister);
  }

  #find(query: OpQuery, documents: readonly Document[]): void {
    if (this.#hasLeft) return this.#end();
    const find = () => listingCommand(query, documents);
    const ongoing = runTranslated(find, this.#reader, this.#client, this.#context);
    if (ongoing === null) this.#end();
    else this.#state = { kind: "finding", ongoing };
  }

  #fail(error: MongoError): void {
    if (!this.#hasLeft) {
      if (error instanceof MongoServerError) this.#reader.answer(this.#request, error.errorResponse);
      else this.#reader.refuse(this.#request, toProxyError(error, this.#request.failing));
    }
    this.#end();
  }

  get #hasLeft(): boolean {
    return this.#state.kind === "listing" && this.#state.hasLeft;
  }

  #leave(stop: (ongoing: Ongoing) => void): void {
    if (this.#state.kind === "finding") stop(this.#state.ongoing);
    if (this.#state.kind === "listing") this.#state = { kind: "listing", hasLeft: true };
  }

  #end(): void {
    this.#state = { kind: "over" };
    this.#client.finished();
  }
}

function listerOf({ fullCollectionName, query }: OpQuery): Lister {
  const { database, collection } = splitNamespace(fullCollectionName);
  if (collection === NAMESPACES) return (connection) => listNamespaces(connection, database);
  const only = indexedCollection(database, query);
  return (connection) => listIndexes(connection, database, only);
}

/** The one collection whose indexes are asked for; `null` where the filter does not say so. */
function indexedCollection(database: string, query: Uint8Array): string | null {
  const filter = wrappedFilter(query) ?? query;
  const namespace = readString(filter, findElement(filter, "ns"));
  return namespace?.startsWith(`${database}.`) ? namespace.slice(database.length + 1) : null;
}
