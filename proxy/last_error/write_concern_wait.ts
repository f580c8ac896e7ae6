import { type Document, serialize } from "bson";
import { encodeOpMsg } from "../../codec/op_msg.ts";
import { describeReply } from "../../codec/reply.ts";
import { decodeDocument } from "../../driver/decode_document.ts";
import { ClientRequest } from "../client/client_request.ts";
import type { ClientSession } from "../client/client_session.ts";
import type { Ongoing } from "../client/ongoing.ts";
import type { ClientId } from "../event.ts";
import type { ExchangeClient } from "../exchange/exchange.ts";
import type { ExchangeContext } from "../exchange/exchange_context.ts";
import type { ProxyError } from "../exchange/proxy_error.ts";
import { startExchange } from "../exchange/start_exchange.ts";
import { errorName } from "./error_names.ts";
import { type Wait, type WaitOutcome, waitsForMembers } from "./last_error_reply.ts";
import type { WriteConcern } from "./write_concern.ts";

/** What is waited for, and where. */
export interface WaitRequest {
  /** As `database.collection`. */
  readonly namespace: string;
  readonly writeConcern: WriteConcern;
  /** The term of the primary that was written to; null where that is not known. */
  readonly term: number | null;
  /** The server's time limit in milliseconds; null for none. */
  readonly maxTimeMS: number | null;
  /** The number of the client's message. */
  readonly requestId: number;
}

/** Writes nothing, even if it were to match, to a collection that need not be there. */
const NO_UPDATE = { q: { _id: { $in: [] } }, u: { $setOnInsert: { _id: 0 } }, multi: true };
const WRITE_CONCERN_FAILED = 64;

/**
 * Waits until what was written before satisfies a write concern. An update that changes nothing does it: the server
 * waits for its own last write then, whoever's connection that came on.
 */
export function waitForWriteConcern(
  wait: WaitRequest,
  session: ClientSession,
  exchanges: ExchangeContext,
  onWaited: (wait: Wait) => void,
): Ongoing {
  const message = encodeOpMsg({ requestId: wait.requestId, body: serialize(noOpWrite(wait)) });
  const request = ClientRequest.owned(message, exchanges.limits.maxMessageSizeBytes);
  return startExchange(request, new WriteConcernWait(wait, session, exchanges, onWaited), null, exchanges);
}

function noOpWrite({ namespace, writeConcern, maxTimeMS }: WaitRequest): Document {
  const dot = namespace.indexOf(".");
  const { w, j, fsync, wtimeout } = writeConcern;
  const concern = { w: w === 0 ? 1 : w, ...(j || fsync ? { j: true } : {}), ...(wtimeout > 0 ? { wtimeout } : {}) };
  const limit = maxTimeMS === null ? {} : { maxTimeMS };
  const update = namespace.slice(dot + 1);
  return { update, updates: [NO_UPDATE], writeConcern: concern, ...limit, $db: namespace.slice(0, dot) };
}

/** Stands for the client where the exchange is concerned, and turns what comes of it into the outcome of a wait. */
class WriteConcernWait implements ExchangeClient {
  readonly id: ClientId;
  readonly takesParts = false;
  readonly queuedBytes = 0;
  readonly waitsForMembers: boolean;
  readonly #wait: WaitRequest;
  readonly #session: ClientSession;
  readonly #exchanges: ExchangeContext;
  readonly #onWaited: (wait: Wait) => void;
  readonly #startedAt = performance.now();

  constructor(
    wait: WaitRequest,
    session: ClientSession,
    exchanges: ExchangeContext,
    onWaited: (wait: Wait) => void,
  ) {
    this.id = session.id;
    this.waitsForMembers = waitsForMembers(wait.writeConcern);
    this.#wait = wait;
    this.#session = session;
    this.#exchanges = exchanges;
    this.#onWaited = onWaited;
  }

  reply(bytes: Uint8Array): void {
    this.#end(outcomeOf(decodeDocument(describeReply(bytes).body), this.#wait.term));
  }

  answer(_request: ClientRequest, document: Document): void {
    this.#end(outcomeOf(document, this.#wait.term));
  }

  refuse(request: ClientRequest, error: ProxyError): void {
    this.#end({ kind: "failed", error: this.#exchanges.front.rewordedError(request, error) });
  }

  /** It is no operation of the client's. */
  onOutcome(): void {}

  /** Nothing comes in parts. */
  onStalled(): void {}
  breakOff(): void {}

  finished(): void {
    this.#session.finished();
  }

  #end(outcome: WaitOutcome): void {
    const duration = Math.round(performance.now() - this.#startedAt);
    this.#onWaited({ writeConcern: this.#wait.writeConcern, outcome, duration });
  }
}

/** `reply` is what a server said to the update; its term must be that of the write. */
function outcomeOf(reply: Document, term: number | null): WaitOutcome {
  const { ok, writeErrors, writeConcernError, opTime } = reply;
  const failure = Number(ok) !== 1 ? reply : writeErrors?.[0] ?? writeConcernError;
  if (failure !== reply && term !== null && Number(opTime?.t) !== term) return { kind: "elected" };
  if (failure === undefined) return { kind: "satisfied" };
  const { code, codeName = errorName(code), errmsg, errInfo } = failure;
  if (code === WRITE_CONCERN_FAILED && errInfo?.wtimeout === true) return { kind: "timeout" };
  return { kind: "failed", error: { code, codeName, errmsg } };
}
