import type { ForwardedMessage, PeerMessage } from "./peer_message.ts";

/** Who waits for a command that runs in another worker; exactly one of these is called, once. */
export interface ForwardReceiver {
  /** It has run; `reply` is the message for the client, `null` if there is none. */
  onReply(reply: Uint8Array | null): void;
  /** Nobody has what it goes on with, and it did not run. */
  onDeclined(): void;
  /** The worker that had it ended; whether it ran is not known. */
  onLost(): void;
}

/** Sends a message to another worker; says whether that is there. */
export type PostToPeer = (index: number, message: PeerMessage) => boolean;

/** One command on its way to the worker that has what it goes on with: those that may have it are asked in turn. */
export class Forwarding {
  readonly receiver: ForwardReceiver;
  readonly #id: number;
  readonly #command: ForwardedMessage;
  readonly #workers: number[];
  readonly #post: PostToPeer;
  #worker: number | null = null;

  constructor(
    id: number,
    command: ForwardedMessage,
    workers: readonly number[],
    post: PostToPeer,
    receiver: ForwardReceiver,
  ) {
    this.#id = id;
    this.#command = command;
    this.#workers = [...workers];
    this.#post = post;
    this.receiver = receiver;
  }

  /** The worker that has the command now. */
  get worker(): number | null {
    return this.#worker;
  }

  /** Asks the next worker; says whether there is one. */
  next(): boolean {
    this.#worker = this.#workers.shift() ?? null;
    if (this.#worker === null) return false;
    return this.#post(this.#worker, { kind: "forward", id: this.#id, command: this.#command }) || this.next();
  }

  /** The client went away; the receiver is called as ever. */
  abandon(): void {
    this.#tell("abandon");
  }

  /** The gateway ends; the receiver is called as ever. */
  cut(): void {
    this.#tell("cut");
  }

  #tell(kind: "abandon" | "cut"): void {
    if (this.#worker !== null) this.#post(this.#worker, { kind, id: this.#id });
  }
}

/** All commands of a worker that are at others. */
export class Forwardings {
  readonly #post: PostToPeer;
  readonly #running = new Map<number, Forwarding>();
  #lastId = 0;

  constructor(post: PostToPeer) {
    this.#post = post;
  }

  start(command: ForwardedMessage, workers: readonly number[], receiver: ForwardReceiver): Forwarding {
    const id = ++this.#lastId;
    const forwarding = new Forwarding(id, command, workers, this.#post, receiver);
    this.#running.set(id, forwarding);
    this.#goOn(id, forwarding);
    return forwarding;
  }

  onDeclined(id: number): void {
    const forwarding = this.#running.get(id);
    if (forwarding !== undefined) this.#goOn(id, forwarding);
  }

  onFinished(id: number, reply: Uint8Array | null): void {
    this.#take(id)?.receiver.onReply(reply);
  }

  onFailed(id: number): void {
    this.#take(id)?.receiver.onLost();
  }

  /** A worker has ended, and whatever it had. */
  onPeerLost(worker: number): void {
    for (const [id, forwarding] of [...this.#running]) if (forwarding.worker === worker) this.onFailed(id);
  }

  #goOn(id: number, forwarding: Forwarding): void {
    if (!forwarding.next()) this.#take(id)?.receiver.onDeclined();
  }

  #take(id: number): Forwarding | undefined {
    const forwarding = this.#running.get(id);
    this.#running.delete(id);
    return forwarding;
  }
}
