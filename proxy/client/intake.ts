import type { CommandView } from "../../codec/command.ts";
import { LARGE_MESSAGE_BYTES, MessageFramer } from "../../codec/framer.ts";
import { messageLength, OpCode, opCode } from "../../codec/header.ts";
import { reduceRequest } from "../../codec/large_message.ts";
import { uncompressedSize } from "../../codec/op_compressed.ts";
import type { ByteBudget, Reservation } from "./byte_budget.ts";
import { ClientRequest } from "./client_request.ts";
import type { StallWatch, Transfer } from "./stall_watch.ts";
import { Upload } from "./upload.ts";
import type { UploadPlaces } from "./upload_places.ts";

/** What the intakes of a gateway share. */
export interface IntakeContext {
  readonly maxMessageSizeBytes: number;
  readonly budget: ByteBudget;
  readonly uploads: UploadPlaces;
  readonly stalls: StallWatch;
  /** Whether a server may get the beginning of this command before the rest of it is here. */
  mayStream(command: CommandView): boolean;
}

/** The client of an {@linkcode Intake}. */
export interface IntakeOwner {
  /** There may be more to take, or to pass on, than when it was asked last. */
  onRoom(): void;
  /** The client stopped in the middle of a message for too long. */
  onStalled(): void;
}

/** A collected message and its part of the budget. */
interface Collected {
  readonly reservation: Reservation;
  /** The message where it is whole already: a small one that is large without its compression. */
  readonly whole: Uint8Array | null;
}

/**
 * The large message under way, one at a time. `waiting` for a part of the budget, `collecting` and then `serving` one
 * that has to be whole; `streaming` goes on to a server as it comes.
 */
type Large =
  | ({ readonly kind: "waiting" | "collecting" | "serving" } & Collected)
  | { readonly kind: "streaming"; readonly upload: Upload };

/**
 * What a client sends, on its way from bytes to requests. Small messages are taken as they are. A large one costs a
 * part of the byte budget that all clients share, and is read no further before that is granted, unless it can be passed
 * on as it comes: that costs no more than a small one.
 */
export class Intake implements Transfer {
  readonly #context: IntakeContext;
  readonly #owner: IntakeOwner;
  readonly #framer: MessageFramer;
  #large: Large | null = null;

  constructor(context: IntakeContext, owner: IntakeOwner) {
    this.#context = context;
    this.#owner = owner;
    this.#framer = new MessageFramer({ maxMessageSizeBytes: context.maxMessageSizeBytes });
  }

  /** Bytes that are here and belong to no request yet. */
  get bufferedBytes(): number {
    return this.#framer.bufferedBytes;
  }

  /** Whether a large message is on its way, or is being served. */
  get hasLarge(): boolean {
    return this.#large !== null;
  }

  /** Whether the client is not to be read for now. */
  get mustPause(): boolean {
    const large = this.#large;
    if (large === null) return false;
    return large.kind === "streaming" ? large.upload.isHeld : large.kind === "waiting";
  }

  get awaitsClient(): boolean {
    const large = this.#large;
    if (large?.kind === "streaming") return large.upload.isOpen && !large.upload.isHeld;
    return large?.kind === "collecting" && large.whole === null;
  }

  get progress(): number {
    return this.#framer.partsLeft + this.#framer.bufferedBytes;
  }

  onStalled(): void {
    this.#owner.onStalled();
  }

  /** Takes the next bytes, and borrows them until {@linkcode keep}. */
  push(chunk: Uint8Array): void {
    this.#framer.push(chunk);
  }

  /** The next request, null if there is none; to be called while none is being served. Throws `CodecError`. */
  next(): ClientRequest | null {
    if (this.#large !== null) return this.#collected(this.#large);
    const message = this.#framer.next();
    if (message === null) return this.#begin();
    const further = this.#furtherBytes(message);
    if (further <= LARGE_MESSAGE_BYTES) return new ClientRequest(message, this.#context.maxMessageSizeBytes);
    this.#collect(further, new Uint8Array(message));
    return this.#collected(this.#large!);
  }

  /** Passes on what is here of a request that goes on as it comes. Throws `CodecError`. */
  flow(): void {
    if (this.#large?.kind === "streaming") this.#large.upload.flow();
  }

  /** Copies what is unread out of the chunk. */
  keep(): void {
    this.#framer.keep();
  }

  /** The request was served, or nothing more will be. What is still to come of it is passed over. */
  finished(): void {
    const large = this.#large;
    if (large === null) return;
    this.#large = null;
    this.#context.stalls.delete(this);
    if (large.kind !== "streaming") return large.reservation.release();
    large.upload.close();
    this.#context.uploads.giveBack();
  }

  /** Looks at the beginning of a large message. */
  #begin(): ClientRequest | null {
    const head = this.#framer.large;
    if (head === null) return null;
    const reduced = reduceRequest(head);
    if (reduced === "more") return null;
    const request = reduced === "collect" ? null : this.#stream(reduced, messageLength(head));
    if (request !== null) return request;
    this.#framer.collect();
    this.#collect(messageLength(head) + this.#furtherBytes(head), null);
    return null;
  }

  /**
   * What a message, or the beginning of one, takes besides itself when it is decompressed, or when commands are made of
   * an old operation. Throws `CodecError`.
   */
  #furtherBytes(message: Uint8Array): number {
    const code = opCode(message);
    if (code === OpCode.msg) return 0;
    if (code !== OpCode.compressed) return messageLength(message);
    return uncompressedSize(message, this.#context.maxMessageSizeBytes);
  }

  #stream(reduced: Uint8Array, length: number): ClientRequest | null {
    const upload = new Upload(this.#framer, reduced.length, length, () => this.#owner.onRoom());
    const request = new ClientRequest(reduced, this.#context.maxMessageSizeBytes, upload);
    if (!this.#context.mayStream(request.command) || !this.#context.uploads.take()) return null;
    this.#framer.openParts(reduced.length);
    this.#move({ kind: "streaming", upload });
    return request;
  }

  #collect(bytes: number, whole: Uint8Array | null): void {
    const reservation = this.#context.budget.reserve(bytes, () => {
      this.#move({ kind: "collecting", reservation, whole });
      this.#owner.onRoom();
    });
    this.#move({ kind: reservation.isGranted ? "collecting" : "waiting", reservation, whole });
  }

  #collected(large: Large): ClientRequest | null {
    if (large.kind !== "collecting") return null;
    const message = large.whole ?? this.#framer.next();
    if (message === null) return null;
    this.#move({ ...large, kind: "serving" });
    return ClientRequest.owned(message, this.#context.maxMessageSizeBytes);
  }

  #move(large: Large): void {
    this.#large = large;
    this.#context.stalls.add(this);
  }
}
