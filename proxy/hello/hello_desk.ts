import { ObjectId } from "bson";
import type { ClientRequest } from "../client/client_request.ts";
import { type ClientSession, requestDocument } from "../client/client_session.ts";
import type { FrontOptions } from "../front.ts";
import { type Facade, sameFacade, type VersionedFacade } from "./facade.ts";
import { helloReply, type HelloRequest, knowsVersion, parseHello } from "./hello_reply.ts";
import type { Ongoing } from "../client/ongoing.ts";
import { proxyError } from "../exchange/proxy_error.ts";
import { WaitingHellos } from "./waiting_hellos.ts";

/** Answers `hello` and `isMaster` from what discovery found, and tells clients that wait when that changes. */
export class HelloDesk {
  readonly #options: FrontOptions;
  readonly #processId = new ObjectId();
  readonly #serviceId = new ObjectId();
  readonly #waiting = new WaitingHellos();
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
    this.#waiting.settle();
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

  #waitForDiscovery(request: ClientRequest, hello: HelloRequest, session: ClientSession): Ongoing {
    return this.#waiting.add(session, this.#options.discoveryTimeoutMS, () => {
      if (this.#current !== null) return this.#reply(request, hello, session, this.#current);
      session.refuse(request, proxyError("HostUnreachable", "No server of the deployment was found"));
    });
  }

  #waitForChange(request: ClientRequest, hello: HelloRequest, session: ClientSession, timeoutMS: number): Ongoing {
    return this.#waiting.add(session, timeoutMS, () => this.#reply(request, hello, session, this.#current!));
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
