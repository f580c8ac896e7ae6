import type { Document } from "bson";
import { OpCode } from "../../codec/header.ts";
import type { ClientRequest } from "../client/client_request.ts";
import type { ClientSession } from "../client/client_session.ts";
import type { Ongoing } from "../client/ongoing.ts";
import type { HelloRequest } from "./hello_reply.ts";

/** The longest delay that a timer takes. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1;
/** Bytes of a stream that a client may leave unread before it gets no more of it. */
const MAX_UNREAD_BYTES = 65_536;

/** How a `hello` is answered. */
export interface HelloAnswer {
  /** How long the reply may wait for news, in milliseconds; 0 for not at all. */
  readonly waitMS: number;
  /** The longest pause between further replies, in milliseconds; null for a client that takes only one. */
  readonly streamMS: number | null;
  /** The reply as of now; null where the client has been told otherwise. */
  readonly reply: () => Document | null;
}

/**
 * The longest pause between replies to a client that takes a stream of them: one that allows that, and knows which
 * version it waits for the end of (OP_MSG specification, "exhaustAllowed"); null for any other.
 */
export function streamPause({ opCode, command }: ClientRequest, hello: HelloRequest): number | null {
  const { topologyVersion, maxAwaitTimeMS } = hello;
  const mayStream = opCode === OpCode.msg && command.exhaustAllowed && topologyVersion !== null;
  return mayStream && maxAwaitTimeMS !== null && maxAwaitTimeMS > 0 ? maxAwaitTimeMS : null;
}

/** The requests for `hello` whose replies wait for news, or for the first there is. */
export class WaitingHellos {
  readonly #waiting = new Set<WaitingHello>();

  /** Answers a request, now or later and once or again and again; returns what it waits for, if it does. */
  serve(request: ClientRequest, session: ClientSession, answer: HelloAnswer): Ongoing | null {
    const waiting = new WaitingHello(request, session, answer, (it) => this.#waiting.delete(it));
    if (!waiting.start()) return null;
    this.#waiting.add(waiting);
    return waiting;
  }

  /** Answers all that wait. */
  settle(): void {
    for (const waiting of [...this.#waiting]) waiting.settle();
  }
}

/** A `hello` whose reply waits for news, or that is answered with everything new as it comes. */
class WaitingHello implements Ongoing {
  readonly isIdling = true;
  readonly #request: ClientRequest;
  readonly #session: ClientSession;
  readonly #answer: HelloAnswer;
  readonly #onEnd: (waiting: WaitingHello) => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isOver = false;
  /** The number of what the next reply answers: the request, or the reply before it. */
  #answered: number;

  constructor(
    request: ClientRequest,
    session: ClientSession,
    answer: HelloAnswer,
    onEnd: (waiting: WaitingHello) => void,
  ) {
    this.#request = request;
    this.#session = session;
    this.#answer = answer;
    this.#onEnd = onEnd;
    this.#answered = request.requestId;
  }

  /** Says whether there is something to wait for. */
  start(): boolean {
    const { waitMS } = this.#answer;
    if (waitMS > 0) this.#wait(waitMS);
    else this.#isOver = !this.#reply();
    return !this.#isOver;
  }

  /** Tells the client what there is to tell. */
  settle(): void {
    if (!this.#isOver && !this.#reply()) this.#end();
  }

  abandon(): void {
    this.#end();
  }

  cut(): void {
    this.#end();
  }

  /** Says whether another reply follows. */
  #reply(): boolean {
    clearTimeout(this.#timer);
    const { streamMS, reply } = this.#answer;
    const session = this.#session;
    const document = reply();
    if (document === null) return false;
    const more = streamMS !== null && !session.isToClose && session.queuedBytes <= MAX_UNREAD_BYTES;
    this.#answered = session.answerInStream(this.#request, document, { responseTo: this.#answered, more });
    if (more) this.#wait(streamMS);
    return more;
  }

  #wait(timeoutMS: number): void {
    this.#timer = setTimeout(() => this.settle(), Math.min(timeoutMS, MAX_TIMEOUT_MS));
  }

  #end(): void {
    if (this.#isOver) return;
    clearTimeout(this.#timer);
    this.#isOver = true;
    this.#onEnd(this);
    this.#session.finished();
  }
}
