import { BSONError, type Document } from "bson";
import { CodecError } from "../../codec/error.ts";
import { OpCode, opCode } from "../../codec/header.ts";
import { LargeReply, type Undecided } from "../../codec/large_message.ts";
import { decompressMessage } from "../../codec/op_compressed.ts";
import { describeReply, type ReplyView } from "../../codec/reply.ts";
import type { Connection, ReplyParts, ReplyReceiver } from "../../driver/connection.ts";
import {
  type MongoError,
  MongoNetworkError,
  MongoNetworkTimeoutError,
  MongoPoolClosedError,
} from "../../driver/error.ts";
import type { CheckOutWaiter } from "../../driver/pool/connection_pool.ts";
import type { ServerType } from "../../driver/sdam/server_description.ts";
import type { SelectionWaiter, Server } from "../../driver/sdam/topology.ts";
import { acknowledge, isUnacknowledgedWrite, withoutOutcome } from "./acknowledge.ts";
import type { AwaitLane, LaneWaiter } from "./await_lane.ts";
import type { WatchedCommand } from "./command_watch.ts";
import type { ClientRequest } from "../client/client_request.ts";
import type { ConnectionSource } from "../pins/connection_pin.ts";
import type { AbandonedOutcome, ClientId } from "../event.ts";
import type { ExchangeContext } from "./exchange_context.ts";
import type { Ongoing } from "../client/ongoing.ts";
import { overloadedError, type ProxyError, toProxyError } from "./proxy_error.ts";
import { type RelayClient, ReplyRelay } from "./reply_relay.ts";
import { allowSecondaryRead, declineExhaust, readPreferenceOf } from "./route.ts";
import type { Trail } from "../pins/trail.ts";

/** The client of an exchange. */
export interface ExchangeClient extends RelayClient {
  readonly id: ClientId;
  /** Whether it takes large replies in parts; else they are collected. */
  readonly takesParts: boolean;
  /** Whether its command waits for other members of the replica set, which may take as long as it likes. */
  readonly waitsForMembers?: boolean;
  /** Sends a document of ours as the reply to `request`. */
  answer(request: ClientRequest, document: Document): void;
  /** Sends an error as the reply to `request`, if it wants one. */
  refuse(request: ClientRequest, error: ProxyError): void;
  /** What a server said of a write, or of any command that failed; comes before the reply, which may not be wanted. */
  onOutcome(request: ClientRequest, reply: ReplyView): void;
  /** The exchange is over, whatever came of it; also told of a client that left. */
  finished(): void;
}

/** Selections after a connection could not be had; nothing was sent, so trying again repeats nothing. */
const MAX_SELECTIONS = 3;
/** The write whose reply has a cursor. What it says of its write concern behind that may have to be put in other words. */
const WRITE_WITH_CURSOR = "bulkWrite";

/**
 * One command on its way to a server and back. `selecting`, `inLane` and `queued` wait; `running` has sent it, or is
 * sending it; `relaying` has given the client the beginning of a large reply; `abandoned` lets it end for a client that
 * left; `done` ends every path.
 */
type ExchangeState = "new" | "selecting" | "inLane" | "queued" | "running" | "relaying" | "abandoned" | "done";

export class Exchange
  implements CheckOutWaiter, LaneWaiter, ReplyReceiver, ReplyParts, SelectionWaiter<Server>, WatchedCommand, Ongoing {
  readonly #client: ExchangeClient;
  readonly #request: ClientRequest;
  readonly #trail: Trail | null;
  readonly #context: ExchangeContext;
  #state: ExchangeState = "new";
  #selections = 0;
  #server: Server | null = null;
  /** What the server was when it was chosen. */
  #chosenAs: ServerType | null = null;
  #lane: AwaitLane | null = null;
  #source: ConnectionSource | null = null;
  #connection: Connection | null = null;
  #abandonTimer: ReturnType<typeof setTimeout> | undefined;
  #countsAsLoad = false;
  /** The client takes a reply, and does not want to know what came of its write. */
  #hidesOutcome = false;
  /** The reply is not the client's data, and may have to be put in other words. */
  #isAboutServers = false;
  /** A large reply that comes in parts. */
  #relay: ReplyRelay | null = null;

  constructor(
    client: ExchangeClient,
    request: ClientRequest,
    trail: Trail | null,
    context: ExchangeContext,
  ) {
    this.#client = client;
    this.#request = request;
    this.#trail = trail;
    this.#context = context;
  }

  /**
   * Sets out. What is waited for after it returns has been copied out of the client's buffer. Throws `CodecError` if the
   * command cannot be read where it has to be.
   */
  start(): void {
    this.#hidesOutcome = isUnacknowledgedWrite(this.#request.command);
    // What waits for data, for members, or for its client to send the rest, is not answered soon.
    const isSlow = this.#trail?.isAwaiting || this.#client.waitsForMembers || this.#request.rest !== null;
    this.#countsAsLoad = !isSlow;
    if (this.#countsAsLoad) this.#context.load.asked();
    const pin = this.#trail?.connectionPin ?? null;
    if (pin === null) this.#select();
    else {
      this.#server = pin.server;
      this.#enterLane();
    }
    if (this.#isWaiting()) this.#request.keep();
  }

  onServer(server: Server): void {
    this.#server = server;
    this.#chosenAs = server.description.type;
    if (this.#trail !== null && !this.#trail.reserve(server)) {
      return this.#refuse(overloadedError(
        `Too many upstream connections to ${server.address} are pinned to clients`,
        this.#request.failing,
      ));
    }
    this.#enterLane();
  }

  onSelectionFailed(error: MongoError): void {
    this.#refuse(toProxyError(error, this.#request.failing));
  }

  onLane(): void {
    this.#state = "queued";
    this.#source = this.#trail?.connectionPin ?? this.#server!.pool;
    this.#source.checkOut(this);
  }

  onConnection(connection: Connection): void {
    if (this.#isOvertaken() && this.#maySelectAgain()) {
      this.#source!.checkIn(connection);
      return this.#selectAgain();
    }
    this.#state = "running";
    this.#connection = connection;
    this.#trail?.leaves(this.#server!, connection);
    if (!this.#trail?.isAwaiting) this.#context.commands?.add(this);
    try {
      this.#send(connection);
    } catch (error) {
      this.#failToSend(error, connection);
    }
  }

  onCheckOutFailed(error: MongoError): void {
    const isLost = error instanceof MongoNetworkError || error instanceof MongoPoolClosedError;
    if (isLost && this.#maySelectAgain()) return this.#selectAgain();
    this.#leaveLane();
    this.#refuse(toProxyError(error, this.#request.failing));
  }

  onReply(message: Uint8Array, more: boolean): void {
    const plain = opCode(message) === OpCode.compressed ? decompressMessage(message) : message;
    const reply = this.#arrived(plain);
    if (this.#state === "running" && this.#request.expectsReply) this.#reply(message, plain, reply);
    this.#finishReply(more);
  }

  /** Replies with a batch go to the client as they come; it is told of their end by nothing that could be edited. */
  onLargeReply(head: Uint8Array): ReplyParts | Undecided {
    const { compressor, expectsReply, failing } = this.#request;
    const isWhole = compressor !== null || !this.#client.takesParts || this.#isAboutServers;
    if (isWhole || !expectsReply || failing.name === WRITE_WITH_CURSOR) return "collect";
    const reply = LargeReply.find(head);
    if (!(reply instanceof LargeReply)) return reply;
    const isWanted = this.#state === "running";
    this.#relay = new ReplyRelay(reply, this.#connection!, isWanted ? this.#client : null);
    if (isWanted) this.#state = "relaying";
    // From here on it may be the client that takes long.
    this.#settleLoad();
    this.#context.commands?.delete(this);
    this.#context.stalls.add(this.#relay);
    return this;
  }

  onPart(part: Uint8Array): void {
    this.#relay!.take(part);
  }

  onEnd(): void {
    this.#arrived(this.#relay!.end());
    this.#finishReply(false);
  }

  onFailure(error: MongoNetworkError): void {
    if (this.#state === "done") return;
    // A server hangs up on a legacy operation that it cannot read, which says nothing of it to the other clients; nor
    // does one reply that we cannot read, or not put in other words.
    const { cause } = error;
    const isOfOne = this.#request.isLegacy || cause instanceof CodecError || cause instanceof BSONError;
    if (!isOfOne) this.#server!.handleNetworkError(error, this.#connection!);
    this.#fail(error);
  }

  get isSending(): boolean {
    return this.#request.rest?.isOpen ?? false;
  }

  /** The server cannot be told in any other way that nobody waits for it any longer. */
  onTimeout(): void {
    const { address } = this.#server!;
    this.#tellAbandoned("timedOut");
    const timeoutMS = this.#context.limits.messageTimeoutMS;
    this.#connection!.close(new MongoNetworkTimeoutError(`No reply from ${address} within ${timeoutMS} ms`));
  }

  onDrain(): void {
    this.#request.rest?.onDrain();
  }

  onClientDrain(): void {
    this.#relay?.resume();
  }

  abandon(): void {
    // Nobody ever waits for a write without acknowledgement.
    if (!this.#request.expectsReply) return;
    if (this.#state !== "running" && this.#state !== "relaying") return this.#giveUp();
    // The server cannot be told in any other way that the rest of its request will not come.
    if (this.#request.rest?.isOpen) return this.cut();
    this.#state = "abandoned";
    this.#relay?.drop();
    this.#abandonTimer = setTimeout(() => this.cut(), this.#context.limits.abandonedCommandTimeoutMS);
  }

  /** Closes the upstream connection of a command that runs, which makes the server give it up. */
  cut(): void {
    if (!this.#isUnderWay()) return this.#giveUp();
    const connection = this.#connection!;
    this.#tellAbandoned("closed");
    this.#trail?.disown();
    this.#trail?.failed();
    this.#end(() => connection.close());
  }

  /** Ends what only waits. */
  #giveUp(): void {
    switch (this.#state) {
      case "selecting":
        this.#context.topology.cancelSelection(this);
        break;
      case "inLane":
        this.#lane!.cancel(this);
        this.#lane = null;
        break;
      case "queued":
        this.#source!.cancel(this);
        break;
      default:
        return;
    }
    this.#trail?.failed();
    this.#end();
  }

  /** The server changed its state while the command waited for a connection to it, e.g. it is not primary any more. */
  #isOvertaken(): boolean {
    return this.#chosenAs !== null && this.#chosenAs !== this.#server!.description.type;
  }

  /** Nothing was sent yet, so another server may do; not where the command is tied to a connection. */
  #maySelectAgain(): boolean {
    return this.#source === this.#server!.pool && ++this.#selections < MAX_SELECTIONS;
  }

  #selectAgain(): void {
    this.#leaveLane();
    this.#trail?.failed();
    this.#select();
  }

  #isUnderWay(): boolean {
    return this.#state === "running" || this.#state === "relaying" || this.#state === "abandoned";
  }

  #isWaiting(): boolean {
    return this.#state === "selecting" || this.#state === "inLane" || this.#state === "queued";
  }

  #select(): void {
    const { topology } = this.#context;
    const pinned = this.#trail?.pinnedServer(topology) ?? null;
    if (pinned !== null) return this.onServer(pinned);
    const selection = { readPreference: readPreferenceOf(this.#request.command) };
    const server = topology.trySelect(selection);
    if (server !== null) return this.onServer(server);
    this.#state = "selecting";
    topology.select(selection, this);
  }

  #enterLane(): void {
    const lane = this.#chooseLane(this.#server!);
    if (lane === null) return this.onLane();
    this.#state = "inLane";
    this.#lane = lane;
    lane.enter(this);
  }

  #chooseLane(server: Server): AwaitLane | null {
    if (this.#trail?.isAwaiting) return this.#context.laneOf(server);
    return this.#client.waitsForMembers ? this.#context.memberLaneOf(server) : null;
  }

  #leaveLane(): void {
    this.#lane?.leave();
    this.#lane = null;
  }

  #send(connection: Connection): void {
    const request = this.#request;
    if (this.#hidesOutcome || !request.expectsReply) acknowledge(request);
    if (request.command.exhaustAllowed) declineExhaust(request);
    const { front, topology } = this.#context;
    if (front.looksLike !== "member") allowSecondaryRead(request, this.#server!, topology);
    this.#isAboutServers = front.isAboutServers(request);
    if (request.rest === null) return connection.exchange(request.bytesFor(connection), this);
    connection.exchangeInParts(request.bytesFor(connection), this);
    request.rest.flowTo(connection);
  }

  /** The server knows it, the trail follows it; throws `CodecError` if it cannot be read. */
  #arrived(plain: Uint8Array): ReplyView {
    const reply = describeReply(plain, this.#request.isLegacy);
    // A member's own clients choose by its state, and it goes on serving them whatever that is.
    if ((!reply.ok || reply.writeConcernErrorCode !== null) && this.#context.front.looksLike !== "member") {
      this.#server!.handleCommandError(reply, this.#connection!);
    }
    this.#trail?.arrived(reply, this.#connection!);
    if (!reply.ok || this.#request.command.traits.setsLastError) this.#client.onOutcome(this.#request, reply);
    return reply;
  }

  #finishReply(more: boolean): void {
    if (this.#state === "abandoned") {
      this.#trail?.disown();
      this.#tellAbandoned("drained");
    }
    // Nobody was allowed to send more, and the connection cannot be used while somebody does.
    this.#end(more ? () => this.#connection!.close() : undefined);
  }

  #reply(message: Uint8Array, plain: Uint8Array, reply: ReplyView): void {
    const document = this.#hidesOutcome && reply.ok
      ? withoutOutcome(reply)
      : this.#context.front.reworded(this.#request, reply, this.#isAboutServers);
    if (document === null) this.#client.reply(this.#request.replyBytes(message, plain));
    else this.#client.answer(this.#request, document);
  }

  #tellAbandoned(outcome: AbandonedOutcome): void {
    this.#context.emit({
      type: "commandAbandoned",
      clientId: this.#client.id,
      command: this.#request.failing.name,
      connectionId: this.#connection!.id,
      server: this.#server!.address,
      outcome,
    });
  }

  /** The connection was lost while the command ran. */
  #fail(error: MongoNetworkError): void {
    this.#trail?.failed();
    if (this.#state === "relaying") return this.#end(() => this.#client.breakOff(error.message));
    if (this.#state === "running") this.#client.refuse(this.#request, toProxyError(error, this.#request.failing));
    this.#end();
  }

  /** A fault of ours ends this client; who gave the connection, perhaps another's exchange, has nothing to do with it. */
  #failToSend(error: unknown, connection: Connection): void {
    this.#trail?.failed();
    this.#end(() => {
      connection.close();
      this.#client.breakOff(error instanceof Error ? error.message : String(error));
    });
  }

  /** The command was not sent. */
  #refuse(error: ProxyError): void {
    this.#trail?.failed();
    this.#client.refuse(this.#request, error);
    this.#end();
  }

  #settleLoad(): void {
    if (this.#countsAsLoad) this.#context.load.answered();
    this.#countsAsLoad = false;
  }

  /** Gives back what the exchange holds; `beforeCheckIn` runs when its callbacks count no more. */
  #end(beforeCheckIn?: () => void): void {
    if (this.#abandonTimer !== undefined) clearTimeout(this.#abandonTimer);
    this.#settleLoad();
    if (this.#relay !== null) this.#context.stalls.delete(this.#relay);
    this.#context.commands?.delete(this);
    this.#state = "done";
    beforeCheckIn?.();
    const source = this.#trail?.connectionPin ?? this.#source;
    if (this.#connection !== null) source?.checkIn(this.#connection);
    this.#leaveLane();
    this.#client.finished();
  }
}
