import { deserialize, type Document, serialize } from "bson";
import { OpCode, opCode, requestId, responseTo } from "../../../codec/header.ts";
import { compressMessage, type CompressorName, compressorOf, decompressMessage } from "../../../codec/op_compressed.ts";
import { encodeOpMsg, opMsgFlags } from "../../../codec/op_msg.ts";
import { encodeOpQuery } from "../../../codec/op_query.ts";
import { decodeOpReply } from "../../../codec/op_reply.ts";
import type { HostAddress } from "../../../driver/address.ts";
import { decodeReplyDocument } from "../../../driver/connection.ts";
import { denoTransport } from "../../../driver/transport/deno_transport.ts";
import type { Stream } from "../../../driver/transport/transport.ts";
import { MessageClient } from "./message_client.ts";

/** A message that reached a {@linkcode RawClient}. */
export interface Received {
  readonly requestId: number;
  readonly responseTo: number;
  readonly opCode: number;
  /** How it came compressed, `null` for not at all. */
  readonly compressor: CompressorName | "noop" | null;
  readonly document: Document;
  /** The flags of an OP_REPLY; 0 of an OP_MSG. */
  readonly responseFlags: number;
  /** The flags of an OP_MSG; 0 of an OP_REPLY. */
  readonly flags: number;
}

/** How a {@linkcode RawClient} sends a command. */
export interface SendOptions {
  readonly flags?: number;
  readonly requestId?: number;
  readonly compressor?: CompressorName;
}

let lastRequestId = 1000;

/** A client that sends what a test says, and knows nothing of sessions, pools or retries. */
export class RawClient extends MessageClient<Received> {
  private constructor(stream: Stream) {
    super(stream, describe);
  }

  static async connect(address: HostAddress): Promise<RawClient> {
    return new RawClient(await denoTransport.dial(address));
  }

  /** Sends a command as OP_MSG, to `admin` where it has no `$db`; returns its request id. */
  send(command: Document, options: SendOptions = {}): number {
    const { requestId = ++lastRequestId, flags = 0, compressor } = options;
    const plain = encodeOpMsg({ requestId, flags, body: serialize({ ...command, $db: command.$db ?? "admin" }) });
    this.sendBytes(compressor === undefined ? plain : compressMessage(plain, compressor));
    return requestId;
  }

  /** Sends a command as OP_QUERY; returns its request id. */
  sendQuery(command: Document, namespace = "admin.$cmd", flags = 0): number {
    const requestId = ++lastRequestId;
    this.sendBytes(encodeOpQuery({
      requestId,
      flags,
      fullCollectionName: namespace,
      numberToSkip: 0,
      numberToReturn: -1,
      query: serialize(command),
    }));
    return requestId;
  }

  /** Sends a command and gives its reply, which must be the next message. */
  async command(command: Document, options: SendOptions = {}): Promise<Document> {
    return (await this.replyTo(this.send(command, options))).document;
  }

  /** The next message, which must be the reply to `requestId`. */
  async replyTo(requestId: number): Promise<Received> {
    const received = await this.receive();
    if (received.responseTo !== requestId) {
      throw new Error(`Reply to ${received.responseTo}, expected one to ${requestId}`);
    }
    return received;
  }
}

function describe(message: Uint8Array): Received {
  const isCompressed = opCode(message) === OpCode.compressed;
  const plain = isCompressed ? decompressMessage(message) : message;
  const isReply = opCode(plain) === OpCode.reply;
  return {
    requestId: requestId(plain),
    responseTo: responseTo(plain),
    opCode: opCode(plain),
    compressor: isCompressed ? compressorOf(message) : null,
    document: isReply ? firstDocument(plain) : decodeReplyDocument(plain),
    responseFlags: isReply ? decodeOpReply(plain).responseFlags : 0,
    flags: isReply ? 0 : opMsgFlags(plain),
  };
}

function firstDocument(message: Uint8Array): Document {
  const [first] = decodeOpReply(message).documents;
  return first === undefined ? {} : deserialize(first);
}
