import type { Document } from "bson";
import { encodeOpGetMore } from "../../codec/op_get_more.ts";
import { translateGetMore } from "../../codec/legacy/legacy_get_more.ts";
import { translateQuery } from "../../codec/legacy/legacy_query.ts";
import { translateReply } from "../../codec/legacy/legacy_reply.ts";
import type { ReplyView } from "../../codec/reply.ts";
import { nextRequestId } from "../../driver/connection.ts";
import type { ClientRequest } from "../client/client_request.ts";
import type { Ongoing } from "../client/ongoing.ts";
import type { Transfer } from "../client/stall_watch.ts";
import { MAX_QUEUED_BYTES } from "../client/upload.ts";
import type { ClientId } from "../event.ts";
import type { ExchangeClient } from "../exchange/exchange.ts";
import type { ProxyError } from "../exchange/proxy_error.ts";
import { namespaceOf } from "../pins/trail.ts";
import type { LegacyClient, LegacyContext } from "./legacy_context.ts";
import { LegacyReader, replyOf } from "./legacy_reader.ts";
import { startTranslated, translated } from "./run_translated.ts";

/** `running` waits for a batch, `held` for the client to read those that it has; `over` ends every path. */
type StreamState =
  | { readonly kind: "running"; readonly ongoing: Ongoing | null }
  | { readonly kind: "held" }
  | { readonly kind: "over" };

/**
 * All batches of a query with the exhaust flag, which a client wants without asking for each: the proxy asks in its
 * place. As from a server each reply but the first answers the one before it, and none is limited but the first.
 */
export class LegacyStream implements ExchangeClient, Ongoing, Transfer {
  readonly takesParts = false;
  readonly #request: ClientRequest;
  readonly #client: LegacyClient;
  readonly #context: LegacyContext;
  readonly #namespace: string;
  #state: StreamState = { kind: "running", ongoing: null };
  /** What the next reply answers. */
  #responseTo: number;
  /** Of the cursor while there is more in it; 0n where not. */
  #cursorId = 0n;
  #returned = 0;
  #hasLeft = false;

  private constructor(request: ClientRequest, client: LegacyClient, context: LegacyContext) {
    this.#request = request;
    this.#client = client;
    this.#context = context;
    this.#namespace = namespaceOf(request.command);
    this.#responseTo = request.requestId;
  }

  /** Serves the client's `request`; `null`: it is answered, since it asks for what no server does. */
  static start(request: ClientRequest, client: LegacyClient, context: LegacyContext): LegacyStream | null {
    const find = translated(
      () => translateQuery(request.plain),
      new LegacyReader(request, client, { kind: "find" }),
    );
    if (find === null) return null;
    const stream = new LegacyStream(request, client, context);
    stream.#run(find);
    return stream;
  }

  get id(): ClientId {
    return this.#client.id;
  }

  get queuedBytes(): number {
    return this.#client.queuedBytes;
  }

  get awaitsClient(): boolean {
    return this.#state.kind === "held";
  }

  get progress(): number {
    return -this.queuedBytes;
  }

  reply(message: Uint8Array): void {
    const requestId = nextRequestId();
    const reply = translateReply(message, {
      responseTo: this.#responseTo,
      requestId,
      kind: this.#cursorId === 0n ? "find" : "getMore",
      startingFrom: this.#returned,
    });
    this.#responseTo = requestId;
    this.#returned += reply.returned;
    this.#cursorId = reply.cursorId;
    this.#client.reply(this.#request.replyBytes(reply.message, reply.message));
  }

  answer(_command: ClientRequest, document: Document): void {
    this.reply(replyOf(document));
  }

  /** Where batches have gone out already, an error to the query would be an answer too many. */
  refuse(_command: ClientRequest, error: ProxyError): void {
    if (this.#cursorId === 0n) this.#client.refuse(this.#request, error);
    else this.#client.breakOff(error.errmsg);
  }

  /** It counts as that of what the client sent: servers remember no failure of an old read. */
  onOutcome(_command: ClientRequest, reply: ReplyView): void {
    this.#client.onOutcome(this.#request, reply);
  }

  finished(): void {
    if (this.#hasLeft || this.#cursorId === 0n) return this.#end();
    if (this.queuedBytes > MAX_QUEUED_BYTES) this.#hold();
    else this.#goOn();
  }

  onClientDrain(): void {
    if (this.#state.kind !== "held") return;
    this.#context.exchanges.stalls.delete(this);
    this.#goOn();
  }

  abandon(): void {
    this.#leave((ongoing) => ongoing.abandon());
  }

  cut(): void {
    this.#leave((ongoing) => ongoing.cut());
  }

  breakOff(message: string): void {
    this.#client.breakOff(message);
  }

  onStalled(): void {
    this.#client.onStalled();
  }

  #run(command: Uint8Array): void {
    const ongoing = startTranslated(command, this, this.#client, this.#context);
    // It may be over by now.
    if (this.#state.kind === "running") this.#state = { kind: "running", ongoing };
  }

  #goOn(): void {
    this.#state = { kind: "running", ongoing: null };
    const fullCollectionName = this.#namespace;
    this.#run(
      translateGetMore(encodeOpGetMore({ requestId: nextRequestId(), fullCollectionName, cursorId: this.#cursorId })),
    );
  }

  #hold(): void {
    this.#state = { kind: "held" };
    this.#context.exchanges.stalls.add(this);
  }

  /** The client reads no more. */
  #leave(stop: (ongoing: Ongoing) => void): void {
    this.#hasLeft = true;
    if (this.#state.kind === "held") return this.#end();
    if (this.#state.kind === "running" && this.#state.ongoing !== null) stop(this.#state.ongoing);
  }

  /** Nobody else will come back for the cursor, if it is still there. */
  #end(): void {
    this.#state = { kind: "over" };
    const { pins, stalls } = this.#context.exchanges;
    stalls.delete(this);
    const cursor = this.#cursorId === 0n
      ? null
      : pins.cursors.find({ id: this.#cursorId, namespace: this.#namespace, session: null });
    if (cursor !== null) pins.release([cursor], []);
    this.#client.finished();
  }
}
