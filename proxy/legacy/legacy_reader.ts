import { type Document, serialize } from "bson";
import type { LegacyRefusal } from "../../codec/legacy/legacy_refusal.ts";
import { type LegacyReply, type LegacyReplyTarget, translateReply } from "../../codec/legacy/legacy_reply.ts";
import { encodeOpMsg } from "../../codec/op_msg.ts";
import { describeReply, type ReplyView } from "../../codec/reply.ts";
import { nextRequestId } from "../../driver/connection.ts";
import type { ClientRequest } from "../client/client_request.ts";
import type { ClientId } from "../event.ts";
import type { ExchangeClient } from "../exchange/exchange.ts";
import type { ProxyError } from "../exchange/proxy_error.ts";

/** What an OP_QUERY or OP_GET_MORE is answered with. */
export interface LegacyReaderOptions {
  readonly kind: LegacyReplyTarget["kind"];
  /** How many documents of the cursor the client had before. @default {0} */
  readonly startingFrom?: number;
  /** Told of a reply once the client has it. */
  readonly onReply?: (reply: LegacyReply) => void;
}

/**
 * Stands for a client whose OP_QUERY or OP_GET_MORE runs as a command: what the command is answered reaches the client
 * as the answer to what it sent.
 */
export class LegacyReader implements ExchangeClient {
  /** An OP_REPLY says how many documents follow. */
  readonly takesParts = false;
  readonly #request: ClientRequest;
  readonly #client: ExchangeClient;
  readonly #options: LegacyReaderOptions;

  /** `request` is the client's. */
  constructor(request: ClientRequest, client: ExchangeClient, options: LegacyReaderOptions) {
    this.#request = request;
    this.#client = client;
    this.#options = options;
  }

  get id(): ClientId {
    return this.#client.id;
  }

  get queuedBytes(): number {
    return this.#client.queuedBytes;
  }

  reply(message: Uint8Array): void {
    const { kind, startingFrom = 0, onReply } = this.#options;
    const { requestId: responseTo } = this.#request;
    const reply = translateReply(message, { responseTo, requestId: nextRequestId(), kind, startingFrom });
    this.#client.reply(this.#request.replyBytes(reply.message, reply.message));
    onReply?.(reply);
  }

  answer(_command: ClientRequest, document: Document): void {
    this.reply(replyOf(document));
  }

  refuse(_command: ClientRequest, error: ProxyError): void {
    this.#client.refuse(this.#request, error);
  }

  /** Answers what no server would do, as servers that knew the operation answered it. */
  reject({ code, codeName, errmsg }: LegacyRefusal): void {
    const reply = replyOf({ ok: 0, errmsg, code, codeName });
    this.onOutcome(this.#request, describeReply(reply));
    this.reply(reply);
  }

  /** It counts as that of what the client sent: servers remember no failure of an old read. */
  onOutcome(_command: ClientRequest, reply: ReplyView): void {
    this.#client.onOutcome(this.#request, reply);
  }

  finished(): void {
    this.#client.finished();
  }

  breakOff(message: string): void {
    this.#client.breakOff(message);
  }

  onStalled(): void {
    this.#client.onStalled();
  }
}

/** A document of ours as a server's reply. */
export function replyOf(document: Document): Uint8Array {
  return encodeOpMsg({ requestId: nextRequestId(), body: serialize(document) });
}
