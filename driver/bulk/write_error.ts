import type { Document } from "../../codec/bson_types.ts";

/** What the server says of a write that failed. */
export interface WriteErrorDetails {
  /** The server's error code. */
  readonly code: number;
  /** The server's message. */
  readonly errmsg?: string | undefined;
  /** What else the server says of it. */
  readonly errInfo?: Document | undefined;
}

/** The failure of one write of a bulk. */
export class WriteError {
  /** The write's place in the bulk. */
  readonly index: number;
  /** The server's error code. */
  readonly code: number;
  /** The server's message. */
  readonly errmsg: string | undefined;
  /** What else the server says of it, e.g. which rules of a validator failed. */
  readonly errInfo: Document | undefined;
  /** What the server said, with the index in the bulk. */
  readonly err: Document;
  readonly #operation: Document;

  /** `operation` is the document or the statement that failed. */
  constructor(err: Document, index: number, operation: Document) {
    this.err = { ...err, index };
    this.index = index;
    this.code = err.code;
    this.errmsg = err.errmsg;
    this.errInfo = err.errInfo;
    this.#operation = operation;
  }

  /** The document that was not inserted, or the statement that failed, as it was sent. */
  getOperation(): Document {
    return this.#operation;
  }

  /** What the server said, for logs; without the documents of the write. */
  toJSON(): WriteErrorDetails & { readonly index: number } {
    const { index, code, errmsg } = this;
    return { index, code, errmsg };
  }

  /** The failure in a line, for logs. */
  toString(): string {
    return `WriteError(${JSON.stringify(this.toJSON())})`;
  }
}

/** What kept the server from seeing to the write concern; the writes are done all the same. */
export class WriteConcernError {
  /** The server's error code. */
  readonly code: number | undefined;
  /** The server's message. */
  readonly errmsg: string | undefined;
  /** What else the server says of it. */
  readonly errInfo: Document | undefined;

  /** Takes what a reply says. */
  constructor({ code, errmsg, errInfo }: Partial<WriteErrorDetails>) {
    this.code = code;
    this.errmsg = errmsg;
    this.errInfo = errInfo;
  }

  /** This error with the message of a further one. */
  with(other: WriteConcernError): WriteConcernError {
    return new WriteConcernError({ ...this.toJSON(), errmsg: `${this.errmsg} and ${other.errmsg}` });
  }

  /** The error as an object. */
  toJSON(): Partial<WriteErrorDetails> {
    const { code, errmsg, errInfo } = this;
    return { ...(code === undefined ? {} : { code }), errmsg, errInfo };
  }

  /** The error in a line, for logs. */
  toString(): string {
    return `WriteConcernError(${this.errmsg})`;
  }
}
