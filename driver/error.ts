/** The base of every error that this module throws on purpose. */
export class MongoError extends Error {
  /** Tells the class where `instanceof` cannot, e.g. in a log. */
  override readonly name: string = "MongoError";
  /** Labels as the server or the specifications give them, e.g. `RetryableWriteError`. */
  readonly errorLabels: readonly string[];

  /** Makes an error with a message for people; it must not carry passwords or documents. */
  constructor(message: string, options: MongoErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.errorLabels = options.errorLabels ?? [];
  }

  /** Says whether the error carries `label`. */
  hasErrorLabel(label: string): boolean {
    return this.errorLabels.includes(label);
  }
}

/** What every {@linkcode MongoError} accepts besides its message. */
export interface MongoErrorOptions {
  /** What led to it, of whatever type it was thrown. */
  readonly cause?: unknown;
  /** As {@linkcode MongoError.errorLabels}. @default {[]} */
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
  override readonly name = "MongoAPIError";
}

/** A server whose wire versions and ours do not overlap. */
export class MongoCompatibilityError extends MongoError {
  /** Tells the class where `instanceof` cannot, e.g. in a log. */
  override readonly name = "MongoCompatibilityError";
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
