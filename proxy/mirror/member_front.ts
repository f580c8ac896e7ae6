import type { Document } from "bson";
import type { ReplyView } from "../../codec/reply.ts";
import type { HostAddress } from "../../driver/address.ts";
import { MongoNetworkError } from "../../driver/error.ts";
import type { DriverEvent } from "../../driver/event.ts";
import { compareTopologyVersion, parseTopologyVersion } from "../../driver/sdam/topology_version.ts";
import type { Topology } from "../../driver/sdam/topology.ts";
import type { ClientRequest } from "../client/client_request.ts";
import { type ClientSession, requestDocument } from "../client/client_session.ts";
import type { Ongoing } from "../client/ongoing.ts";
import { type ProxyError, toProxyError } from "../exchange/proxy_error.ts";
import type { Front, FrontOptions } from "../front.ts";
import { type HelloRequest, parseHello } from "../hello/hello_reply.ts";
import { streamPause, WaitingHellos } from "../hello/waiting_hellos.ts";
import { listedAddresses } from "./listed_addresses.ts";
import { knowsHello, memberHello } from "./member_hello.ts";
import type { Speaker } from "./reword_document.ts";
import { decodeReply, isAboutServers, rewordFailure, rewordReply } from "./reword_reply.ts";
import type { SetView } from "./set_view.ts";

/** Errors that say that the member cannot be reached, or that a connection to it was lost. */
const LOST_CODES: ReadonlySet<string> = new Set(["HostUnreachable", "FailedToSatisfyReadPreference"]);
/**
 * In their place: what drivers take for a change of the server's state, so that they ask how it is before they send it
 * anything else and try again elsewhere, as after a lost connection of their own. Their other connections stay.
 */
const STATE_CHANGE = { code: 11602, codeName: "InterruptedDueToReplStateChange" };

/** What a {@linkcode MemberFront} shows. */
export interface MemberFrontOptions {
  /** The port that the member itself listens on. */
  readonly port: number;
  /** Where clients reach it; known when it listens. */
  readonly told: () => HostAddress;
  readonly view: SetView;
}

/**
 * What the checks of the member tell. `new` before the first has ended; `seen` after one that succeeded; `doubted` after
 * one that failed, until the next, since one may be given up because of a single connection; `lost` after two.
 */
type MemberState =
  | { readonly kind: "new" }
  | { readonly kind: "seen"; readonly hello: Document }
  | { readonly kind: "doubted"; readonly hello: Document }
  | { readonly kind: "lost" };

/**
 * Shows one member of a replica set: its own `hello` and replies with the proxy's addresses in the place of the members'.
 * While the member cannot be reached nobody can greet it here either, so that drivers take it for what it is.
 */
export class MemberFront implements Front {
  readonly looksLike = "member";
  readonly #options: FrontOptions;
  readonly #member: MemberFrontOptions;
  readonly #waiting = new WaitingHellos();
  /** Of which revision of the set's members a client was told last. */
  readonly #told = new WeakMap<ClientSession, number>();
  #topology: Topology | null = null;
  #state: MemberState = { kind: "new" };

  constructor(options: FrontOptions, member: MemberFrontOptions) {
    this.#options = options;
    this.#member = member;
  }

  get maxWireVersion(): number | null {
    return this.#hello?.maxWireVersion ?? null;
  }

  get isOpen(): boolean {
    return this.#state.kind !== "lost";
  }

  watch(topology: Topology): void {
    this.#topology = topology;
  }

  onEvent(event: DriverEvent): void {
    switch (event.type) {
      case "serverHeartbeatSucceeded":
        return this.#onHello(event.reply);
      case "serverHeartbeatFailed":
        return this.#onFailure();
      case "serverDescriptionChanged":
        // It is not left at that until the next check is due.
        if (event.newDescription.type === "Unknown") this.#check();
    }
  }

  /** Greets the client as the member would, now or when there is something new to tell. */
  serveHello(request: ClientRequest, session: ClientSession): Ongoing | null {
    const hello = parseHello(request.command.name, requestDocument(request));
    this.#options.onHello(session, hello);
    return this.#waiting.serve(request, session, {
      waitMS: this.#waitOf(hello, session),
      streamMS: streamPause(request, hello),
      reply: () => this.#reply(hello, session),
    });
  }

  answerWaiting(): void {
    this.#waiting.settle();
  }

  /** A member that cannot be reached is asked again and again. */
  sweep(): void {
    if (this.#state.kind === "lost") this.#check();
  }

  isAboutServers({ command }: ClientRequest): boolean {
    return isAboutServers(command);
  }

  reworded({ isLegacy, failing }: ClientRequest, reply: ReplyView, isAboutServers: boolean): Document | null {
    const { view } = this.#member;
    if (!isAboutServers) return isLegacy ? null : rewordFailure(reply, view.names);
    const document = decodeReply(reply);
    view.learn(listedAddresses(document));
    return rewordReply(failing.name, document, view.names, this.#speaker);
  }

  rewordedError({ failing }: ClientRequest, error: ProxyError): ProxyError {
    const errmsg = this.#member.view.names.reword(error.errmsg);
    if (!LOST_CODES.has(error.codeName)) return { ...error, errmsg };
    return { ...toProxyError(new MongoNetworkError(errmsg), failing), ...STATE_CHANGE };
  }

  get #speaker(): Speaker {
    const { port, told } = this.#member;
    return { port, told: told() };
  }

  /** What the member said of itself last. */
  get #hello(): Document | null {
    const state = this.#state;
    return state.kind === "seen" || state.kind === "doubted" ? state.hello : null;
  }

  #onHello(hello: Document): void {
    const previous = this.#state;
    this.#state = { kind: "seen", hello };
    if (previous.kind === "seen" && isSameVersion(previous.hello, hello)) return;
    this.#waiting.settle();
  }

  #onFailure(): void {
    const state = this.#state;
    if (state.kind === "seen") this.#state = { kind: "doubted", hello: state.hello };
    else this.#lose();
  }

  #lose(): void {
    if (this.#state.kind === "lost") return;
    this.#state = { kind: "lost" };
    this.#waiting.settle();
  }

  #check(): void {
    for (const server of this.#topology?.servers ?? []) server.requestCheck();
  }

  /** How long the answer may wait for news, in milliseconds; 0 if there is something to tell already. */
  #waitOf(hello: HelloRequest, session: ClientSession): number {
    const state = this.#state;
    const { view } = this.#member;
    if (state.kind === "lost") return 0;
    if (state.kind !== "seen" || !view.isKnown) return this.#options.discoveryTimeoutMS;
    const isTold = this.#told.get(session) === view.revision;
    return isTold && knowsHello(hello, state.hello) ? hello.maxAwaitTimeMS ?? 0 : 0;
  }

  #reply(hello: HelloRequest, session: ClientSession): Document | null {
    const { view, told } = this.#member;
    const current = this.#hello;
    if (current === null || !view.isKnown) {
      session.close("serverLost", "The member of the set cannot be reached");
      return null;
    }
    const { compressors, maxWireVersion } = this.#options;
    const context = { clientId: session.id, now: new Date(), compressors, maxWireVersion };
    this.#told.set(session, view.revision);
    return memberHello(current, hello, { names: view.names, told: told(), primary: view.primary }, context);
  }
}

/** Says whether a member tells nothing new; before MongoDB 4.4 that cannot be told. */
function isSameVersion(previous: Document, hello: Document): boolean {
  return compareTopologyVersion(parseTopologyVersion(previous), parseTopologyVersion(hello)) === 0;
}
