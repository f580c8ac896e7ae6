import { type Document, ObjectId } from "bson";
import type { ClientRequest } from "../client/client_request.ts";
import { type ClientSession, requestDocument } from "../client/client_session.ts";
import type { FrontOptions } from "../front.ts";
import { type Facade, sameFacade, type VersionedFacade } from "./facade.ts";
import { helloReply, type HelloRequest, knowsVersion, parseHello } from "./hello_reply.ts";
import type { Ongoing } from "../client/ongoing.ts";
import { proxyError } from "../exchange/proxy_error.ts";
import { streamPause, WaitingHellos } from "./waiting_hellos.ts";

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
    return this.#waiting.serve(request, session, {
      waitMS: this.#waitOf(hello),
      streamMS: streamPause(request, hello),
      reply: () => this.#reply(request, hello, session),
    });
  }

  #waitOf(hello: HelloRequest): number {
    const current = this.#current;
    if (current === null) return this.#options.discoveryTimeoutMS;
    return knowsVersion(hello, current) ? hello.maxAwaitTimeMS ?? 0 : 0;
  }

  #reply(request: ClientRequest, hello: HelloRequest, session: ClientSession): Document | null {
    const current = this.#current;
    if (current === null) {
      session.refuse(request, proxyError("HostUnreachable", "No server of the deployment was found"));
      return null;
    }
    const { compressors, maxWireVersion } = this.#options;
    return helloReply(hello, current, {
      clientId: session.id,
      now: new Date(),
      compressors,
      maxWireVersion,
      serviceId: this.#serviceId,
    });
  }
}
