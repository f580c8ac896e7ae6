import { type Document, serialize } from "bson";
import type { CommandView } from "../../codec/command.ts";
import { CodecError } from "../../codec/error.ts";
import type { ReplyView } from "../../codec/reply.ts";
import { OpMsgFlag, withOpMsgFlags } from "../../codec/op_msg.ts";
import { encodeErrorReplyTo, encodeReplyTo } from "../../codec/reply_encode.ts";
import { nextRequestId } from "../../driver/connection.ts";
import { decodeDocument } from "../../driver/decode_document.ts";
import type { Stream, StreamEvents } from "../../driver/transport/transport.ts";
import type { ClientCloseReason } from "./client_close_reason.ts";
import type { ClientGroup } from "./client_group.ts";
import type { ClientRequest } from "./client_request.ts";
import type { ClientId } from "../event.ts";
import type { ExchangeClient } from "../exchange/exchange.ts";
import { LastError, type WriteKind } from "../last_error/last_error.ts";
import { Intake, type IntakeContext, type IntakeOwner } from "./intake.ts";
import type { Ongoing } from "./ongoing.ts";
import { lacksServer, type ProxyError } from "../exchange/proxy_error.ts";
import { namespaceOf } from "../pins/trail.ts";
import type { Transfer } from "./stall_watch.ts";

/** Bytes of further requests that a client may send ahead of the reply to its last. */
const PIPELINE_BYTES = 1_048_576;
/** Bytes of replies that a client may leave unread before it is served no further. */
const UNREAD_BYTES = 1_048_576;

/** Which of several replies one is. */
export interface PlaceInStream {
  /** The number of the request, or of the reply before it. */
  readonly responseTo: number;
  /** Another one follows. */
  readonly more: boolean;
}

/** What a session needs of its gateway. */
export interface SessionOwner extends IntakeContext {
  /** Serves a request: answers it right away, or returns what its reply waits for. */
  serve(request: ClientRequest, session: ClientSession): Ongoing | null;
  /** An error of the proxy's own as the client is to have it. */
  reworded(request: ClientRequest, error: ProxyError): ProxyError;
  /** The client got an error of the proxy's own. */
  onCommandRefused(session: ClientSession, request: ClientRequest, error: ProxyError): void;
  /** The connection is closed; a session that is busy still is to be waited for. */
  onClientClosed(session: ClientSession, reason: ClientCloseReason, message: string | null): void;
  /** Nothing runs any more for a client that left while it was busy. */
  onClientDone(session: ClientSession): void;
}

/**
 * One client connection: messages out of bytes, served one after the other in their order.
 * `idle` waits for a message; `busy` waits for what answers the last one, be the client there or not; `closing`
 * sends its last bytes.
 */
type SessionState =
  | { readonly kind: "idle" }
  | { readonly kind: "busy"; readonly ongoing: Ongoing }
  | { readonly kind: "closing" }
  | { readonly kind: "closed" };

const IDLE: SessionState = { kind: "idle" };
const CLOSING: SessionState = { kind: "closing" };
const CLOSED: SessionState = { kind: "closed" };

export class ClientSession implements StreamEvents, IntakeOwner, Transfer, ExchangeClient {
  readonly id: ClientId;
  readonly remote: string;
  /** Who may come back for what this connection leaves open. */
  group: ClientGroup;
  isLoadBalanced = false;
  /** Messages served. */
  commands = 0;
  /** When a message came last, in the clock of the gateway's sweeps. */
  usedAt: number;
  readonly #owner: SessionOwner;
  readonly #stream: Stream;
  readonly #intake: Intake;
  #state: SessionState = IDLE;
  #isPumping = false;
  #isPaused = false;
  /** Nothing more is served until the client has read what it has. */
  #isHeldUp = false;
  #closeReason: ClientCloseReason | null = null;
  #closeMessage: string | null = null;
  #hasLeft = false;
  /** Whether the message that is served, or was served last, has a reply. */
  #isAnswered = true;
  /** Made when something is to be remembered. */
  #lastError: LastError | null = null;

  constructor(id: ClientId, stream: Stream, owner: SessionOwner, group: ClientGroup, now: number) {
    this.id = id;
    this.remote = stream.remoteAddress;
    this.group = group;
    this.usedAt = now;
    this.#owner = owner;
    this.#stream = stream;
    this.#intake = new Intake(owner, this);
  }

  /** Begins to read. */
  start(): void {
    this.#stream.start(this);
  }

  /** Whether it is closed once nothing runs for it any more. */
  get isToClose(): boolean {
    return this.#closeReason !== null;
  }

  get isBusy(): boolean {
    return this.#state.kind === "busy";
  }

  /** Whether it sends a large message, or waits until it may. */
  get isSending(): boolean {
    return this.#intake.hasLarge;
  }

  onBytes(chunk: Uint8Array): void {
    if (this.#isEnding()) return;
    try {
      this.#intake.push(chunk);
      this.#pump();
    } catch (error) {
      this.#onFault(error);
    }
  }

  onDrain(): void {
    if (this.#state.kind === "busy") this.#state.ongoing.onClientDrain?.();
    if (!this.#isHeldUp) return;
    this.#setHeldUp(false);
    this.#goOn();
  }

  onClose(error: Error | null): void {
    const state = this.#state;
    const left = state.kind === "busy" && !state.ongoing.isIdling ? "clientLeftBusy" : "clientLeft";
    const reason = this.#closeReason ?? (error === null ? left : "clientLost");
    this.#hasLeft = true;
    if (state.kind === "busy") state.ongoing.abandon();
    else this.#end();
    this.#owner.onClientClosed(this, reason, this.#closeMessage ?? error?.message ?? null);
  }

  /** Bytes that the client was sent and that the operating system has not taken. */
  get queuedBytes(): number {
    return this.#stream.queuedBytes;
  }

  get awaitsClient(): boolean {
    return this.#isHeldUp;
  }

  get progress(): number {
    return this.queuedBytes;
  }

  get takesParts(): boolean {
    return true;
  }

  /** What became of its writes, which a client may ask for. */
  get lastError(): LastError {
    return this.#lastError ??= new LastError();
  }

  /** An operation begins, which makes the outcome of the last one older. OP_KILL_CURSORS counts for none. */
  onOperation(command: CommandView): void {
    const { traits, isLegacy, expectsReply } = command;
    if (isLegacy && traits.setsLastError) this.lastError.startRequest(namespaceOf(command));
    else if (!traits.keepsLastError && (!isLegacy || expectsReply)) this.#lastError?.startRequest();
  }

  onOutcome(request: ClientRequest, reply: ReplyView): void {
    const { ok, code, codeName, errmsg } = reply;
    if (ok) return this.lastError.wrote(request.failing.name as WriteKind, reply.body);
    if (isLegacyRead(request)) return;
    const error = { code: code ?? 0, codeName: codeName ?? "", errmsg: errmsg ?? "", errorLabels: [] };
    this.lastError.failed(this.#owner.reworded(request, error));
  }

  /** Sends a reply or a part of one; the bytes are borrowed for the call. */
  reply(bytes: Uint8Array): void {
    this.#stream.write(bytes);
  }

  /** Sends a document of ours as the reply to `request`. */
  answer(request: ClientRequest, document: Document): void {
    this.answerBytes(request, serialize(document));
  }

  /** Like {@linkcode answer}, of a document that is encoded already. */
  answerBytes(request: ClientRequest, document: Uint8Array): void {
    const plain = encodeReplyTo(request, document, nextRequestId());
    this.reply(request.replyBytes(plain, plain));
  }

  /** Like {@linkcode answer}, as one of several replies; gives its number, which the next one answers. */
  answerInStream(request: ClientRequest, document: Document, place: PlaceInStream): number {
    const requestId = nextRequestId();
    const { responseTo, more } = place;
    const plain = encodeReplyTo({ opCode: request.opCode, requestId: responseTo }, serialize(document), requestId);
    const reply = more ? withOpMsgFlags(plain, OpMsgFlag.moreToCome) : plain;
    this.reply(request.replyBytes(reply, reply));
    return requestId;
  }

  /** Sends an error as the reply to `request`, if it wants one. */
  refuse(request: ClientRequest, error: ProxyError): void {
    const reworded = this.#owner.reworded(request, error);
    if (!request.command.traits.keepsLastError && !isLegacyRead(request)) this.lastError.failed(reworded);
    // What else it sent would wait as long, one after the other, and be written when nobody expects it any more.
    if (this.#hasLeft && lacksServer(error)) this.#closeReason ??= "clientLeft";
    if (!request.expectsReply) return;
    const plain = encodeErrorReplyTo(request, reworded, nextRequestId());
    this.reply(request.replyBytes(plain, plain));
    this.#owner.onCommandRefused(this, request, error);
  }

  /** What the client waited for is over; serves what it sent meanwhile. */
  finished(): void {
    this.#intake.finished();
    if (this.#state.kind !== "busy") return;
    this.#state = IDLE;
    if (this.#closeReason !== null && this.#hasLeft) return this.#done();
    // Who writes without acknowledgement asks for the outcome by the next message, which may be here already.
    if (this.#closeReason !== null && this.#isAnswered) return this.close(this.#closeReason);
    this.#goOn();
  }

  /** Ends the client after the bytes already sent to it; what runs for it is abandoned. */
  close(reason: ClientCloseReason, message: string | null = null): void {
    if (this.#isEnding()) return;
    this.#closeReason = reason;
    this.#closeMessage = message;
    const state = this.#state;
    this.#state = CLOSING;
    if (state.kind === "busy") state.ongoing.abandon();
    else this.#intake.finished();
    this.#stream.end();
  }

  /**
   * Ends the client when nothing runs for it any more: now, or after the reply it waits for, be it the one to what it
   * sent right behind messages that have none.
   */
  closeWhenIdle(reason: ClientCloseReason): void {
    if (this.#state.kind === "idle") this.close(reason);
    else this.#closeReason ??= reason;
  }

  /** Ends a client that has a part of its reply, after a server was lost. */
  breakOff(message: string): void {
    this.cut("replyLost", message);
  }

  /** Ends a client that does nothing in the middle of a message; what runs for it goes on as for any that leaves. */
  onStalled(): void {
    this.#closeReason ??= "stalled";
    this.#stream.close();
  }

  /** There may be something to do that could not be done before. */
  onRoom(): void {
    this.#goOn();
  }

  /** Ends the client now, whatever is on its way to it. */
  cut(reason: ClientCloseReason, message: string | null = null): void {
    this.#closeReason ??= reason;
    this.#closeMessage ??= message;
    this.#stream.close();
    if (this.#state.kind === "busy") this.#state.ongoing.cut();
  }

  #isEnding(): boolean {
    return this.#state.kind === "closing" || this.#state.kind === "closed";
  }

  #goOn(): void {
    if (this.#isPumping) return;
    try {
      this.#pump();
    } catch (error) {
      this.#onFault(error);
    }
  }

  #pump(): void {
    this.#isPumping = true;
    while (this.#state.kind === "idle" && !this.#mustHoldUp()) {
      const request = this.#intake.next();
      if (request === null) break;
      this.#onRequest(request);
    }
    this.#isPumping = false;
    if (this.#state.kind === "idle" && this.#hasLeft) return this.#done();
    if (this.#state.kind === "idle" && this.#closeReason !== null) return this.close(this.#closeReason);
    this.#intake.flow();
    this.#intake.keep();
    this.#control();
  }

  #mustHoldUp(): boolean {
    this.#setHeldUp(this.queuedBytes > UNREAD_BYTES);
    return this.#isHeldUp;
  }

  /** Watches a client that has much to read, which is kept for it. */
  #setHeldUp(isHeldUp: boolean): void {
    if (isHeldUp === this.#isHeldUp) return;
    this.#isHeldUp = isHeldUp;
    if (isHeldUp) this.#owner.stalls.add(this);
    else this.#owner.stalls.delete(this);
  }

  #onRequest(request: ClientRequest): void {
    this.commands++;
    // Whoever writes without acknowledgement and leaves has it written by a server, and so here.
    if (this.#hasLeft && request.expectsReply) return this.#done();
    this.#isAnswered = request.expectsReply;
    this.#state = { kind: "busy", ongoing: NOTHING };
    const ongoing = this.#owner.serve(request, this);
    if (this.#state.kind !== "busy") return;
    if (ongoing === null) this.finished();
    else this.#state = { kind: "busy", ongoing };
  }

  /** Stops reading while a client that is not served now has sent plenty, and goes on afterwards. */
  #control(): void {
    const isWaiting = this.#state.kind === "busy" || this.#isHeldUp;
    const mustPause = this.#intake.mustPause || (isWaiting && this.#intake.bufferedBytes > PIPELINE_BYTES);
    if (mustPause === this.#isPaused) return;
    this.#isPaused = mustPause;
    if (mustPause) this.#stream.pause();
    else this.#stream.resume();
  }

  #done(): void {
    if (this.#state.kind === "closed") return;
    this.#end();
    this.#owner.onClientDone(this);
  }

  #end(): void {
    this.#state = CLOSED;
    this.#setHeldUp(false);
    this.#intake.finished();
  }

  #onFault(error: unknown): void {
    this.#isPumping = false;
    if (this.#hasLeft) return this.#done();
    const message = error instanceof Error ? error.message : String(error);
    this.close(error instanceof CodecError ? "badMessage" : "internalError", message);
  }
}

/** Whether it is an OP_QUERY for documents or an OP_GET_MORE, of which servers remember no failure. */
function isLegacyRead({ isLegacy, expectsReply }: ClientRequest): boolean {
  return isLegacy && expectsReply;
}

/** Stands for what is not there yet while a request is being served. */
const NOTHING: Ongoing = { abandon() {}, cut() {} };

/** Decodes a request's document. Throws `CodecError` if it cannot be decoded. */
export function requestDocument(request: ClientRequest): Document {
  return decodeDocument(request.command.body, { promoteLongs: false, promoteBuffers: false });
}
