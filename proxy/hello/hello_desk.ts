import { ObjectId } from "bson";
import type { ClientRequest } from "../client/client_request.ts";
import { type ClientSession, requestDocument } from "../client/client_session.ts";
import type { FrontOptions } from "../front.ts";
import { type Facade, sameFacade, type VersionedFacade } from "./facade.ts";
import { helloReply, type HelloRequest, knowsVersion, parseHello } from "./hello_reply.ts";
import type { Ongoing } from "../client/ongoing.ts";
import { proxyError } from "../exchange/proxy_error.ts";

/** The longest delay that a timer takes. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1;

/** A `hello` whose reply waits for another facade, or for the first. */
class WaitingHello implements Ongoing {
  readonly isIdling = true;
  readonly #onSettled: (waiting: WaitingHello, facade: VersionedFacade | null) => void;
  readonly #timer: ReturnType<typeof setTimeout>;

  constructor(
    timeoutMS: number,
    onSettled: (waiting: WaitingHello, facade: VersionedFacade | null) => void,
  ) {
    this.#onSettled = onSettled;
    this.#timer = setTimeout(() => this.settle(null), timeoutMS);
  }

  settle(facade: VersionedFacade | null): void {
    clearTimeout(this.#timer);
    this.#onSettled(this, facade);
  }

  abandon(): void {
    this.settle(null);
  }

  cut(): void {
    this.settle(null);
  }
}

/** Answers `hello` and `isMaster` from what discovery found, and tells clients that wait when that changes. */
export class HelloDesk {
  readonly #options: FrontOptions;
  readonly #processId = new ObjectId();
  readonly #serviceId = new ObjectId();
  readonly #waiting = new Set<WaitingHello>();
  #current: VersionedFacade | null = null;

  constructor(options: FrontOptions) {
    this.#options = options;
  }

  get facade(): Facade | null {
    return this.#current?.facade ?? null;
  }

  /** Takes in what the deployment is now. A deployment that is out of reach keeps its last facade. */
  update(facade: Facade | null): void {
    if (facade === null || sameFacade(facade, this.facade)) return;
    const counter = (this.#current?.counter ?? -1n) + 1n;
    this.#current = { facade, processId: this.#processId, counter };
    this.answerWaiting();
  }

  /** Answers all that wait with what is known. */
  answerWaiting(): void {
    for (const waiting of [...this.#waiting]) waiting.settle(this.#current);
  }

  /** Serves one request; returns what it waits for, if it has to. */
  serve(request: ClientRequest, session: ClientSession): Ongoing | null {
    const hello = parseHello(request.command.name, requestDocument(request));
    this.#options.onHello(session, hello);
    const current = this.#current;
    if (current === null) return this.#waitForDiscovery(request, hello, session);
    if (hello.maxAwaitTimeMS !== null && knowsVersion(hello, current)) {
      return this.#waitForChange(request, hello, session, hello.maxAwaitTimeMS);
    }
    this.#reply(request, hello, session, current);
    return null;
  }

  #waitForDiscovery(
    request: ClientRequest,
    hello: HelloRequest,
    session: ClientSession,
  ): Ongoing {
    return this.#wait(this.#options.discoveryTimeoutMS, session, (facade) => {
      if (facade !== null) return this.#reply(request, hello, session, facade);
      session.refuse(request, proxyError("HostUnreachable", "No server of the deployment was found"));
    });
  }

  #waitForChange(
    request: ClientRequest,
    hello: HelloRequest,
    session: ClientSession,
    timeoutMS: number,
  ): Ongoing {
    return this.#wait(
      Math.min(timeoutMS, MAX_TIMEOUT_MS),
      session,
      (facade) => this.#reply(request, hello, session, facade ?? this.#current!),
    );
  }

  #wait(
    timeoutMS: number,
    session: ClientSession,
    onSettled: (facade: VersionedFacade | null) => void,
  ): Ongoing {
    const waiting = new WaitingHello(timeoutMS, (it, facade) => {
      if (!this.#waiting.delete(it)) return;
      if (session.isBusy) onSettled(facade);
      session.finished();
    });
    this.#waiting.add(waiting);
    return waiting;
  }

  #reply(
    request: ClientRequest,
    hello: HelloRequest,
    session: ClientSession,
    facade: VersionedFacade,
  ): void {
    const { compressors, maxWireVersion } = this.#options;
    session.answer(
      request,
      helloReply(hello, facade, {
        clientId: session.id,
        now: new Date(),
        compressors,
        maxWireVersion,
        serviceId: this.#serviceId,
      }),
    );
  }
}
