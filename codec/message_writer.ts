import { writeInt32, writeInt64 } from "./byte_writer.ts";
import { HEADER_BYTES } from "./header.ts";

/** The header fields that an encoder is given. */
export interface MessageHeader {
  /** The sender's number of the message, which the reply carries in `responseTo`; a signed 32-bit integer. */
  readonly requestId: number;
  /** The number of the message that this one answers. @default {0} */
  readonly responseTo?: number;
}

/** Writes the fields of one message, whose size is known beforehand, one after another. */
export class MessageWriter {
  readonly #message: Uint8Array;
  #offset = HEADER_BYTES;

  /** `bodyBytes` counts what follows the header. */
  constructor(opCode: number, header: MessageHeader, bodyBytes: number) {
    const message = new Uint8Array(HEADER_BYTES + bodyBytes);
    writeInt32(message, 0, message.length);
    writeInt32(message, 4, header.requestId);
    writeInt32(message, 8, header.responseTo ?? 0);
    writeInt32(message, 12, opCode);
    this.#message = message;
  }

  uint8(value: number): void {
    this.#message[this.#offset] = value;
    this.#offset += 1;
  }

  int32(value: number): void {
    writeInt32(this.#message, this.#offset, value);
    this.#offset += 4;
  }

  int64(value: bigint): void {
    writeInt64(this.#message, this.#offset, value);
    this.#offset += 8;
  }

  bytes(bytes: Uint8Array): void {
    this.#message.set(bytes, this.#offset);
    this.#offset += bytes.length;
  }

  /** The message, once all is written. */
  finish(): Uint8Array {
    return this.#message;
  }
}
