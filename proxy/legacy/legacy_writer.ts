import type { LegacyWrite } from "../../codec/legacy/legacy_write.ts";
import type { ReplyView } from "../../codec/reply.ts";
import { ClientRequest } from "../client/client_request.ts";
import type { Ongoing } from "../client/ongoing.ts";
import type { ClientId } from "../event.ts";
import type { ExchangeClient } from "../exchange/exchange.ts";
import { lacksServer, type ProxyError } from "../exchange/proxy_error.ts";
import { startExchange } from "../exchange/start_exchange.ts";
import type { LegacyContext } from "./legacy_context.ts";

/**
 * Runs the commands that an OP_INSERT, OP_UPDATE or OP_DELETE has become, one after the other. The client gets no
 * reply; what came of it is told for its last error, a failure before a success.
 */
export class LegacyWriter implements ExchangeClient, Ongoing {
  readonly takesParts = false;
  readonly queuedBytes = 0;
  readonly #request: ClientRequest;
  readonly #client: ExchangeClient;
  readonly #write: LegacyWrite;
  readonly #context: LegacyContext;
  /** How many commands have set out, and how many of them are over. */
  #started = 0;
  #ended = 0;
  #isStarting = false;
  #hasFailed = false;
  #isCut = false;
  #hasLeft = false;
  #running: Ongoing | null = null;

  /** `request` is the client's. */
  constructor(request: ClientRequest, client: ExchangeClient, write: LegacyWrite, context: LegacyContext) {
    this.#request = request;
    this.#client = client;
    this.#write = write;
    this.#context = context;
  }

  get id(): ClientId {
    return this.#client.id;
  }

  /** Sets out. */
  start(): void {
    this.#goOn();
  }

  onOutcome(request: ClientRequest, reply: ReplyView): void {
    const isFailure = !reply.ok || reply.hasWriteErrors;
    if (this.#hasFailed && !isFailure) return;
    this.#hasFailed = isFailure;
    this.#client.onOutcome(request, reply);
  }

  refuse(_command: ClientRequest, error: ProxyError): void {
    this.#hasFailed = true;
    if (this.#hasLeft && lacksServer(error)) this.#isCut = true;
    this.#client.refuse(this.#request, error);
  }

  finished(): void {
    this.#ended++;
    this.#goOn();
  }

  /** Whoever writes and leaves has it written by a server, and so here while there is one. */
  abandon(): void {
    this.#hasLeft = true;
  }

  cut(): void {
    this.#isCut = true;
    this.#running?.cut();
  }

  /** The outcome is known already. */
  reply(): void {}
  answer(): void {}

  /** Only replies in parts can be broken off, or read too slowly. */
  breakOff(): void {}
  onStalled(): void {}

  /** In a loop, since a command that is refused at once is over within the call. */
  #goOn(): void {
    if (this.#isStarting) return;
    this.#isStarting = true;
    while (this.#ended === this.#started && !this.#isOver) this.#startNext();
    this.#isStarting = false;
    if (this.#ended === this.#started) this.#client.finished();
  }

  get #isOver(): boolean {
    const isStopped = this.#isCut || (this.#hasFailed && this.#write.ordered);
    return isStopped || this.#started === this.#write.commands.length;
  }

  #startNext(): void {
    const { exchanges } = this.#context;
    const bytes = this.#write.commands[this.#started++]!;
    const request = ClientRequest.owned(bytes, exchanges.limits.maxMessageSizeBytes);
    this.#running = startExchange(request, this, null, exchanges);
  }
}
