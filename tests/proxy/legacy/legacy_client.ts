import { deserialize, type Document, serialize } from "bson";
import { OpCode, opCode, requestId, responseTo } from "../../../codec/header.ts";
import { encodeOpGetMore } from "../../../codec/op_get_more.ts";
import { encodeOpInsert } from "../../../codec/op_insert.ts";
import { encodeOpMsg } from "../../../codec/op_msg.ts";
import { encodeOpQuery } from "../../../codec/op_query.ts";
import { decodeOpReply } from "../../../codec/op_reply.ts";
import type { HostAddress } from "../../../driver/address.ts";
import { decodeReplyDocument } from "../../../driver/connection.ts";
import { denoTransport } from "../../../driver/transport/deno_transport.ts";
import type { Stream } from "../../../driver/transport/transport.ts";
import { MessageClient } from "../support/message_client.ts";

/** A reply that reached a {@linkcode LegacyTestClient}; of an OP_MSG its one document. */
export interface LegacyReceived {
  readonly requestId: number;
  readonly responseTo: number;
  readonly flags: number;
  readonly cursorId: bigint;
  readonly startingFrom: number;
  readonly documents: Document[];
}

/** What {@linkcode LegacyTestClient.query} accepts besides the namespace and the query. */
export interface QueryOptions {
  readonly flags?: number;
  readonly numberToReturn?: number;
  readonly numberToSkip?: number;
  readonly fields?: Document;
}

let lastRequestId = 5000;

/** A client that speaks the old operations. */
export class LegacyTestClient extends MessageClient<LegacyReceived> {
  private constructor(stream: Stream) {
    super(stream, read);
  }

  static async connect(address: HostAddress): Promise<LegacyTestClient> {
    return new LegacyTestClient(await denoTransport.dial(address));
  }

  /** Sends an OP_QUERY; returns its request id. */
  sendQuery(fullCollectionName: string, query: Document, options: QueryOptions = {}): number {
    const requestId = ++lastRequestId;
    const { flags = 0, numberToReturn = 0, numberToSkip = 0, fields } = options;
    this.sendBytes(encodeOpQuery({
      requestId,
      flags,
      fullCollectionName,
      numberToReturn,
      numberToSkip,
      query: serialize(query),
      returnFieldsSelector: fields === undefined ? null : serialize(fields),
    }));
    return requestId;
  }

  /** Sends an OP_QUERY and gives its reply. */
  query(fullCollectionName: string, query: Document, options: QueryOptions = {}): Promise<LegacyReceived> {
    return this.#replyTo(this.sendQuery(fullCollectionName, query, options));
  }

  /** Sends a command as an OP_QUERY to `test` and gives the document of its reply. */
  async command(command: Document): Promise<Document> {
    return (await this.query("test.$cmd", command, { numberToReturn: -1 })).documents[0]!;
  }

  getMore(fullCollectionName: string, cursorId: bigint, numberToReturn = 0): Promise<LegacyReceived> {
    const requestId = ++lastRequestId;
    this.sendBytes(encodeOpGetMore({ requestId, fullCollectionName, cursorId, numberToReturn }));
    return this.#replyTo(requestId);
  }

  /** Sends an OP_INSERT. */
  insert(fullCollectionName: string, documents: readonly Document[], flags = 0): void {
    const requestId = ++lastRequestId;
    this.sendBytes(
      encodeOpInsert({ requestId, flags, fullCollectionName, documents: documents.map((it) => serialize(it)) }),
    );
  }

  /** Sends a command as OP_MSG to `test` and gives the document of its reply. */
  async msg(command: Document): Promise<Document> {
    const requestId = ++lastRequestId;
    this.sendBytes(encodeOpMsg({ requestId, body: serialize({ ...command, $db: "test" }) }));
    return (await this.#replyTo(requestId)).documents[0]!;
  }

  async #replyTo(requestId: number): Promise<LegacyReceived> {
    const received = await this.receive();
    if (received.responseTo === requestId) return received;
    throw new Error(`Reply to ${received.responseTo}, expected one to ${requestId}`);
  }
}

function read(message: Uint8Array): LegacyReceived {
  const ids = { requestId: requestId(message), responseTo: responseTo(message) };
  if (opCode(message) === OpCode.msg) {
    return { ...ids, flags: 0, cursorId: 0n, startingFrom: 0, documents: [decodeReplyDocument(message)] };
  }
  const { responseFlags: flags, cursorId, startingFrom, documents } = decodeOpReply(message);
  return { ...ids, flags, cursorId, startingFrom, documents: documents.map((document) => deserialize(document)) };
}
