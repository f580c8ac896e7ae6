/** The base of every error that this module throws on purpose. */
export class MongoError extends Error {
  override readonly name: string = "MongoError";
  /** Labels as the server or the specifications give them, e.g. `RetryableWriteError`. */
  readonly errorLabels: readonly string[];

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
  readonly cause?: unknown;
  readonly errorLabels?: readonly string[];
}

/** A connection string or an option that cannot be used; the message says which part and what would be right. */
export class MongoParseError extends MongoError {
  override readonly name = "MongoParseError";
}

/** A call that the API does not allow, e.g. on a closed client. */
export class MongoAPIError extends MongoError {
  override readonly name = "MongoAPIError";
}

/** A server whose wire versions and ours do not overlap. */
export class MongoCompatibilityError extends MongoError {
  override readonly name = "MongoCompatibilityError";
}

/** The transport failed: refused, reset, closed or garbled. */
export class MongoNetworkError extends MongoError {
  override readonly name: string = "MongoNetworkError";
}

/** The transport did not answer in time. */
export class MongoNetworkTimeoutError extends MongoNetworkError {
  override readonly name = "MongoNetworkTimeoutError";
}

/** The server answered `ok: 0`. */
export class MongoServerError extends MongoError {
  override readonly name: string = "MongoServerError";
  /** The server's error code; 0 where it gave none. */
  readonly code: number;
  readonly codeName: string;
  /** The reply as the server sent it. */
  readonly errorResponse: Readonly<Record<string, unknown>>;

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
  override readonly name = "MongoAuthError";
  /** The server's code, 18 (`AuthenticationFailed`) most often; 0 where the failure is on our side. */
  readonly code: number;

  constructor(message: string, options: MongoErrorOptions & { code?: number } = {}) {
    super(message, options);
    this.code = options.code ?? 0;
  }
}

/** No server suited the read preference within `serverSelectionTimeoutMS`. */
export class MongoServerSelectionError extends MongoError {
  override readonly name = "MongoServerSelectionError";
}

/** The pool was cleared while the operation waited; retryable. */
export class MongoPoolClearedError extends MongoNetworkError {
  override readonly name = "MongoPoolClearedError";
  /** The pool's server, as `host:port`. */
  readonly address: string;

  constructor(address: string, options: MongoErrorOptions = {}) {
    super(`The connection pool for ${address} was cleared`, options);
    this.address = address;
  }
}

/** The pool is closed for good. */
export class MongoPoolClosedError extends MongoError {
  override readonly name = "MongoPoolClosedError";
  /** The pool's server, as `host:port`. */
  readonly address: string;

  constructor(address: string) {
    super(`The connection pool for ${address} is closed`);
    this.address = address;
  }
}

/** No connection came free within `waitQueueTimeoutMS`, or the wait queue was full. */
export class MongoWaitQueueError extends MongoError {
  override readonly name = "MongoWaitQueueError";
  readonly reason: "timeout" | "full";

  constructor(message: string, reason: "timeout" | "full") {
    super(message);
    this.reason = reason;
  }
}
