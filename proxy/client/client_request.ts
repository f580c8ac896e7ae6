import { type CommandView, describeCommand } from "../../codec/command.ts";
import { OpCode, opCode } from "../../codec/header.ts";
import { withLength } from "../../codec/large_message.ts";
import { compressMessage, type CompressorName, compressorOf, decompressMessage } from "../../codec/op_compressed.ts";
import { checkOpMsgChecksum } from "../../codec/op_msg.ts";
import type { Connection } from "../../driver/connection.ts";
import type { FailedCommand } from "../exchange/proxy_error.ts";
import type { Upload } from "./upload.ts";

/** One message of a client, and how it came. */
export class ClientRequest {
  /** What is asked for; a view of {@linkcode ClientRequest.plain}. */
  command: CommandView;
  readonly requestId: number;
  readonly opCode: OpCode;
  readonly expectsReply: boolean;
  readonly isLegacy: boolean;
  /** What decides the labels of a failure. */
  readonly failing: FailedCommand;
  /** How the client compressed it, and so takes the reply; `null` for not at all. */
  readonly compressor: CompressorName | null;
  /** The message without compression. */
  #plain: Uint8Array;
  /** The message as it came, if that was compressed. */
  #compressed: Uint8Array | null;
  /** What follows the message, which is the beginning of a longer one then; `null` where it is whole. */
  readonly rest: Upload | null;
  /** Whether the message's bytes stay. */
  #isOwn: boolean;

  /**
   * Throws `CodecError` if `message` is none, or is no request. `message` stays the caller's until `keep()`, unless
   * `isOwn` says that nobody else has it.
   */
  constructor(message: Uint8Array, maxMessageSizeBytes: number, rest: Upload | null = null, isOwn = rest !== null) {
    this.rest = rest;
    this.#isOwn = isOwn;
    const isCompressed = opCode(message) === OpCode.compressed;
    const compressor = isCompressed ? compressorOf(message) : null;
    this.compressor = compressor === "noop" ? null : compressor;
    this.#plain = isCompressed ? decompressMessage(message, { maxMessageSizeBytes }) : message;
    this.#compressed = isCompressed ? message : null;
    const command = describeCommand(this.#plain);
    // A server closes the connection over a wrong one, which is not the client's alone here.
    if (command.opCode === OpCode.msg) checkOpMsgChecksum(this.#plain);
    const inTransaction = command.autocommit === false;
    this.command = command;
    this.requestId = command.requestId;
    this.opCode = command.opCode;
    this.expectsReply = command.expectsReply;
    this.isLegacy = command.isLegacy;
    this.failing = {
      name: command.name,
      inTransaction,
      isRetryableWrite: !inTransaction && command.txnNumber !== null,
    };
  }

  /** One whose bytes nobody else has, such as those that the proxy made in the place of a client's. */
  static owned(message: Uint8Array, maxMessageSizeBytes: number): ClientRequest {
    return new ClientRequest(message, maxMessageSizeBytes, null, true);
  }

  get plain(): Uint8Array {
    return this.#plain;
  }

  /** Copies the message out of the client's buffer, before it waits for anything. */
  keep(): void {
    if (this.#isOwn) return;
    this.#isOwn = true;
    // A copy for certain: `slice()` of a Node `Buffer` would be a view.
    if (this.#compressed === null) this.replace(new Uint8Array(this.#plain));
    else this.#compressed = new Uint8Array(this.#compressed);
  }

  /** Puts an edited message in the place of the client's. */
  replace(plain: Uint8Array): void {
    this.#plain = plain;
    this.#compressed = null;
    this.command = describeCommand(plain);
  }

  /** The bytes for a server: compressed if that was agreed with it, and as the client sent them where that serves. */
  bytesFor(connection: Connection): Uint8Array {
    if (this.rest !== null) return withLength(new Uint8Array(this.#plain), this.rest.left);
    if (connection.compressor === null || !this.command.traits.compressible) return this.#plain;
    if (this.#compressed !== null && this.compressor === connection.compressor) return this.#compressed;
    return connection.compress(this.#plain);
  }

  /** The bytes for the client of a reply that came as `message` and says `plain`. */
  replyBytes(message: Uint8Array, plain: Uint8Array): Uint8Array {
    if (this.compressor === null) return plain;
    const isSame = message !== plain && compressorOf(message) === this.compressor;
    return isSame ? message : compressMessage(plain, this.compressor);
  }
}
