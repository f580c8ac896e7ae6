import { assert, assertEquals } from "@std/assert";
import {
  type MongoError,
  MongoNetworkError,
  MongoPoolClearedError,
  MongoServerError,
  MongoWriteConcernError,
} from "../../../driver/error.ts";
import {
  decideRetry,
  type FailedAttempt,
  isRetryable,
  isRetryableRead,
  labelsWrite,
} from "../../../driver/operation/retry_decision.ts";

const NETWORK = new MongoNetworkError("lost");
const FAIL = { kind: "fail" };
const RETRY = { kind: "retry", maxBackoffMS: 0 } as const;

function failed(changes: Partial<FailedAttempt>): FailedAttempt {
  return {
    error: NETWORK,
    retries: "read",
    retriesOverload: true,
    attempts: 1,
    wasOverloaded: false,
    maxAdaptiveRetries: 2,
    isUnlimited: false,
    ...changes,
  };
}

function serverError(code: number, ...errorLabels: string[]): MongoServerError {
  return new MongoServerError({ ok: 0, code, errmsg: "no", errorLabels });
}

Deno.test("isRetryableRead knows failures that pass", () => {
  assert(isRetryableRead(NETWORK));
  assert(isRetryableRead(new MongoPoolClearedError("a:27017")));
  for (const code of [11600, 10107, 189, 134, 262]) assert(isRetryableRead(serverError(code)), String(code));
  for (const code of [0, 8, 43, 11000]) assert(!isRetryableRead(serverError(code)), String(code));
  assert(!isRetryableRead(new TypeError("own")));
});

Deno.test("decideRetry tries once again, and for as long as timeoutMS lets it", () => {
  assertEquals(decideRetry(failed({})), RETRY);
  assertEquals(decideRetry(failed({ attempts: 2 })), FAIL);
  assertEquals(decideRetry(failed({ attempts: 9, isUnlimited: true })), RETRY);
});

Deno.test("decideRetry goes by the label where a write failed", () => {
  assertEquals(decideRetry(failed({ retries: "write", error: serverError(10107) })), FAIL);
  assertEquals(decideRetry(failed({ retries: "write", error: serverError(1, "RetryableWriteError") })), RETRY);
  assertEquals(decideRetry(failed({ retries: null, error: serverError(1, "RetryableWriteError") })), FAIL);
});

Deno.test("decideRetry backs off from an overloaded server, whatever the operation", () => {
  const error = serverError(462, "SystemOverloadedError", "RetryableError");
  const overloaded = { error, retries: null, wasOverloaded: true };
  assertEquals(decideRetry(failed(overloaded)), { kind: "retry", maxBackoffMS: 200 });
  assertEquals(decideRetry(failed({ ...overloaded, attempts: 2 })), { kind: "retry", maxBackoffMS: 400 });
  assertEquals(decideRetry(failed({ ...overloaded, attempts: 3 })), FAIL);
  assertEquals(decideRetry(failed({ ...overloaded, attempts: 3, isUnlimited: true })), FAIL);
  assertEquals(decideRetry(failed({ ...overloaded, retriesOverload: false })), FAIL);
});

Deno.test("decideRetry takes the server's word for how long to back off, up to ten seconds", () => {
  const errorLabels = ["SystemOverloadedError", "RetryableError"];
  const error = (baseBackoffMS: number) => new MongoServerError({ ok: 0, code: 462, errorLabels, baseBackoffMS });
  const overloaded = { retries: null, wasOverloaded: true };
  assertEquals(decideRetry(failed({ ...overloaded, error: error(30) })), { kind: "retry", maxBackoffMS: 60 });
  assertEquals(decideRetry(failed({ ...overloaded, error: error(8_000) })), { kind: "retry", maxBackoffMS: 10_000 });
});

Deno.test("decideRetry gives more attempts to other failures once a server was overloaded", () => {
  assertEquals(decideRetry(failed({ attempts: 2, wasOverloaded: true })), RETRY);
});

Deno.test("labelsWrite leaves it to servers that label themselves", () => {
  const judge = (error: MongoError, maxWireVersion: number | null, isMongos = false) =>
    labelsWrite({ error, maxWireVersion, isMongos });
  assert(judge(NETWORK, 17));
  assert(judge(NETWORK, null));
  assert(!judge(serverError(10107), 9));
  assert(judge(serverError(10107), 8));
  assert(!judge(serverError(11000), 8));
  assert(judge(serverError(91), null));
});

Deno.test("labelsWrite takes a write concern error of a mongod, and not that of a mongos", () => {
  const error = new MongoWriteConcernError({ ok: 1, writeConcernError: { code: 91, errmsg: "down" } });
  assert(labelsWrite({ error, maxWireVersion: 8, isMongos: false }));
  assert(!labelsWrite({ error, maxWireVersion: 8, isMongos: true }));
});

Deno.test("isRetryable tells failures that may pass from those that stay", () => {
  assert(isRetryable(NETWORK));
  assert(isRetryable(serverError(112, "TransientTransactionError")));
  assert(isRetryable(serverError(1, "RetryableWriteError")));
  assert(!isRetryable(serverError(11000)));
  assert(!isRetryable(new TypeError("own")));
});
