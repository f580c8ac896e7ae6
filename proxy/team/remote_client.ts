import { concat } from "@std/bytes";
import { type Document, serialize } from "bson";
import { encodeErrorReplyTo, encodeReplyTo } from "../../codec/reply_encode.ts";
import { nextRequestId } from "../../driver/connection.ts";
import { ClientGroup } from "../client/client_group.ts";
import type { ClientRequest } from "../client/client_request.ts";
import type { ClientId } from "../event.ts";
import type { ExchangeClient } from "../exchange/exchange.ts";
import type { ProxyError } from "../exchange/proxy_error.ts";
import type { TrailOwner } from "../pins/trail.ts";

/** What came of a command: the message for the client, `null` for none; or nobody knows. */
export type RemoteOutcome = { readonly reply: Uint8Array | null } | "unknown";

/** What a {@linkcode RemoteClient} tells. */
export interface RemoteClientEvents {
  /** The client gets an error of the proxy's own. */
  onRefused(client: RemoteClient, request: ClientRequest, error: ProxyError): void;
  /** The command is over. Called once, last. */
  onFinished(client: RemoteClient, outcome: RemoteOutcome): void;
}

/** A client of another worker, for the one command that is run for it here. Collects the reply. */
export class RemoteClient implements ExchangeClient, TrailOwner {
  readonly id: ClientId;
  readonly isLoadBalanced: boolean;
  /** Whose it is what the command opens: that of the transaction that it is part of. */
  group: ClientGroup = new ClientGroup(null);
  /** Nothing waits here to be sent. */
  readonly queuedBytes = 0;
  readonly takesParts = true;
  readonly #events: RemoteClientEvents;
  readonly #parts: Uint8Array[] = [];
  #isBroken = false;

  constructor(id: ClientId, isLoadBalanced: boolean, events: RemoteClientEvents) {
    this.id = id;
    this.isLoadBalanced = isLoadBalanced;
    this.#events = events;
  }

  reply(bytes: Uint8Array): void {
    this.#parts.push(new Uint8Array(bytes));
  }

  answer(request: ClientRequest, document: Document): void {
    this.reply(encodeReplyTo(request, serialize(document), nextRequestId()));
  }

  /** Where the client is, what it is told counts as its last error. */
  onOutcome(): void {}

  refuse(request: ClientRequest, error: ProxyError): void {
    if (!request.expectsReply) return;
    this.reply(encodeErrorReplyTo(request, error, nextRequestId()));
    this.#events.onRefused(this, request, error);
  }

  /** What the client has of a reply, if anything, is all that there will be. */
  breakOff(): void {
    this.#isBroken = true;
  }

  /** It takes whatever comes. */
  onStalled(): void {}

  finished(): void {
    this.#events.onFinished(this, this.#isBroken ? "unknown" : { reply: this.#whole() });
  }

  #whole(): Uint8Array | null {
    const [first, ...others] = this.#parts;
    if (first === undefined) return null;
    return others.length === 0 ? first : concat(this.#parts);
  }
}
