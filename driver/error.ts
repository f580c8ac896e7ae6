/** The base of every error that this module throws on purpose. */
export class MongoError extends Error {
  /** Tells the class where `instanceof` cannot, e.g. in a log. */
  override readonly name: string = "MongoError";
  #labels: readonly string[];

  /** Makes an error with a message for people; it must not carry passwords or documents. */
  constructor(message: string, options: MongoErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.#labels = options.errorLabels ?? [];
  }

  /** Labels as the server or the specifications give them, e.g. `RetryableWriteError`. */
  get errorLabels(): readonly string[] {
    return this.#labels;
  }

  /** Adds `label`, unless the error carries it already. */
  addErrorLabel(label: string): void {
    if (!this.hasErrorLabel(label)) this.#labels = [...this.#labels, label];
  }

  /** Says whether the error carries `label`. */
  hasErrorLabel(label: string): boolean {
    return this.#labels.includes(label);
  }
}

/** What every {@linkcode MongoError} accepts besides its message. */
export interface MongoErrorOptions {
  /** What led to it, of whatever type it was thrown. */
  readonly cause?: unknown;
  /** What {@linkcode MongoError.errorLabels} begins with. @default {[]} */
  readonly errorLabels?: readonly string[];
}

/** A connection string or an option that cannot be used; the message says which part and what would be right. */
export class MongoParseError extends MongoError {
  /** Tells the class where `instanceof` cannot, e.g. in a log. */
  override readonly name = "MongoParseError";
}

/** A call that the API does not allow, e.g. on a closed client. */
export class MongoAPIError extends MongoError {
  /** Tells the class where `instanceof` cannot, e.g. in a log. */
  override readonly name: string = "MongoAPIError";
}

/** An argument or an option that cannot be used, or that does not go together with another. */
export class MongoInvalidArgumentError extends MongoAPIError {
  /** Tells the class where `instanceof` cannot, e.g. in a log. */
  override readonly name = "MongoInvalidArgumentError";
}

/** The client was closed, or has never been connected and may not connect now. */
export class MongoNotConnectedError extends MongoAPIError {
  /** Tells the class where `instanceof` cannot, e.g. in a log. */
  override readonly name = "MongoNotConnectedError";
}

/** The client was closed while the operation ran; it may have been done all the same. */
export class MongoClientClosedError extends MongoAPIError {
  /** Tells the class where `instanceof` cannot, e.g. in a log. */
  override readonly name = "MongoClientClosedError";
}

/** A session was used after it ended. */
export class MongoExpiredSessionError extends MongoAPIError {
  /** Tells the class where `instanceof` cannot, e.g. in a log. */
  override readonly name = "MongoExpiredSessionError";
}

/** A step that a transaction does not allow in the state that it is in. */
export class MongoTransactionError extends MongoAPIError {
  /** Tells the class where `instanceof` cannot, e.g. in a log. */
  override readonly name = "MongoTransactionError";
}

/** A server whose wire versions and ours do not overlap. */
export class MongoCompatibilityError extends MongoAPIError {
  /** Tells the class where `instanceof` cannot, e.g. in a log. */
  override readonly name = "MongoCompatibilityError";
}

/** Something that was to be there is not, or is not as it should be; found at run time, and nobody's argument is wrong. */
export class MongoRuntimeError extends MongoError {
  /** Tells the class where `instanceof` cannot, e.g. in a log. */
  override readonly name: string = "MongoRuntimeError";
  /** A word for programs, e.g. `ENOENT`; `undefined` where there is none. */
  readonly code: string | undefined;

  /** Takes the word for programs besides what every error takes. */
  constructor(message: string, options: MongoErrorOptions & { readonly code?: string } = {}) {
    super(message, options);
    this.code = options.code;
  }
}

/** The transport failed: refused, reset, closed or garbled. */
export class MongoNetworkError extends MongoError {
  /** Tells the class where `instanceof` cannot, e.g. in a log. */
  override readonly name: string = "MongoNetworkError";
}

/** The transport did not answer in time. */
export class MongoNetworkTimeoutError extends MongoNetworkError {
  /** Tells the class where `instanceof` cannot, e.g. in a log. */
  override readonly name = "MongoNetworkTimeoutError";
}

/** The server answered `ok: 0`. */
export class MongoServerError extends MongoError {
  /** Tells the class where `instanceof` cannot, e.g. in a log. */
  override readonly name: string = "MongoServerError";
  /** The server's error code; 0 where it gave none. */
  readonly code: number;
  /** The name that goes with the code, e.g. `NotWritablePrimary`; empty where the server gave none. */
  readonly codeName: string;
  /** The reply as the server sent it. */
  readonly errorResponse: Readonly<Record<string, unknown>>;

  /** Reads message, code and labels out of a reply with `ok: 0`. */
  constructor(response: Readonly<Record<string, unknown>>) {
    super(errorMessage(response), { errorLabels: errorLabels(response) });
    this.code = typeof response.code === "number" ? response.code : 0;
    this.codeName = typeof response.codeName === "string" ? response.codeName : "";
    this.errorResponse = response;
  }

  /** What the server adds to the message, e.g. which rule of a validator a document breaks; `undefined` if nothing. */
  get errInfo(): Record<string, unknown> | undefined {
    return asDocument(this.errorResponse.errInfo);
  }

  /** The keys of the index that a duplicate offends against; `undefined` in other errors. */
  get keyPattern(): Record<string, unknown> | undefined {
    return asDocument(this.errorResponse.keyPattern);
  }

  /** The values that are there already; `undefined` in other errors than that of a duplicate. */
  get keyValue(): Record<string, unknown> | undefined {
    return asDocument(this.errorResponse.keyValue);
  }
}

function asDocument(value: unknown): Record<string, unknown> | undefined {
  return typeof value === "object" && value !== null ? value as Record<string, unknown> : undefined;
}

/** The server did the write, and could not see to what its write concern asks for. */
export class MongoWriteConcernError extends MongoServerError {
  /** Tells the class where `instanceof` cannot, e.g. in a log. */
  override readonly name = "MongoWriteConcernError";
  /** The whole reply. */
  readonly result: Readonly<Record<string, unknown>>;

  /** Reads message and code out of the `writeConcernError` of a reply, and the labels of both. */
  constructor(reply: Readonly<Record<string, unknown>>) {
    super(writeConcernFailure(reply));
    this.result = reply;
  }
}

/** The time for the whole operation was up (client-side operation timeout); it may have been done all the same. */
export class MongoOperationTimeoutError extends MongoError {
  /** Tells the class where `instanceof` cannot, e.g. in a log. */
  override readonly name = "MongoOperationTimeoutError";
}

/** Says whether the failure was that of a time limit, on this side or the server's. */
export function isTimeout(error: unknown): boolean {
  if (error instanceof MongoServerError) return error.code === MAX_TIME_MS_EXPIRED;
  return error instanceof MongoOperationTimeoutError || error instanceof MongoNetworkTimeoutError ||
    (error instanceof MongoWaitQueueError && error.reason === "timeout");
}

const MAX_TIME_MS_EXPIRED = 50;

function writeConcernFailure(reply: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { writeConcernError: failure } = reply as { writeConcernError?: Record<string, unknown> };
  return { ...failure, errorLabels: [...errorLabels(reply), ...errorLabels(failure ?? {})] };
}

function errorMessage(response: Readonly<Record<string, unknown>>): string {
  return String(response.errmsg ?? response.$err ?? "The server gave an error without a message");
}

function errorLabels(response: Readonly<Record<string, unknown>>): string[] {
  return Array.isArray(response.errorLabels) ? response.errorLabels.map(String) : [];
}

/** Authentication failed, or cannot work as asked. */
export class MongoAuthError extends MongoError {
  /** Tells the class where `instanceof` cannot, e.g. in a log. */
  override readonly name = "MongoAuthError";
  /** The server's code, 18 (`AuthenticationFailed`) most often; 0 where the failure is on our side. */
  readonly code: number;

  /** Takes the server's `code`, 0 by default. */
  constructor(message: string, options: MongoErrorOptions & { code?: number } = {}) {
    super(message, options);
    this.code = options.code ?? 0;
  }
}

/** No server suited the read preference within `serverSelectionTimeoutMS`. */
export class MongoServerSelectionError extends MongoError {
  /** Tells the class where `instanceof` cannot, e.g. in a log. */
  override readonly name = "MongoServerSelectionError";
}

/** The pool was cleared while the operation waited; retryable. */
export class MongoPoolClearedError extends MongoNetworkError {
  /** Tells the class where `instanceof` cannot, e.g. in a log. */
  override readonly name = "MongoPoolClearedError";
  /** The pool's server, as `host:port`. */
  readonly address: string;

  /** The `cause` is why the pool was cleared. */
  constructor(address: string, options: MongoErrorOptions = {}) {
    super(`The connection pool for ${address} was cleared`, options);
    this.address = address;
  }
}

/** The pool is closed for good. */
export class MongoPoolClosedError extends MongoError {
  /** Tells the class where `instanceof` cannot, e.g. in a log. */
  override readonly name = "MongoPoolClosedError";
  /** The pool's server, as `host:port`. */
  readonly address: string;

  /** Says it of the pool's server, as `host:port`. */
  constructor(address: string) {
    super(`The connection pool for ${address} is closed`);
    this.address = address;
  }
}

/** No connection came free within `waitQueueTimeoutMS`, or the wait queue was full. */
export class MongoWaitQueueError extends MongoError {
  /** Tells the class where `instanceof` cannot, e.g. in a log. */
  override readonly name = "MongoWaitQueueError";
  /** `timeout`: waited for `waitQueueTimeoutMS` in vain; `full`: never waited, since `maxWaitQueueSize` others did. */
  readonly reason: "timeout" | "full";

  /** Makes it for one of the two reasons. */
  constructor(message: string, reason: "timeout" | "full") {
    super(message);
    this.reason = reason;
  }
}
