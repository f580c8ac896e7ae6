import { assertEquals } from "@std/assert";
import {
  MongoAuthError,
  MongoNetworkError,
  MongoNetworkTimeoutError,
  MongoPoolClearedError,
  MongoPoolClosedError,
  MongoServerSelectionError,
  MongoWaitQueueError,
} from "../../../driver/error.ts";
import { type FailedCommand, overloadedError, proxyError, toProxyError } from "../../../proxy/exchange/proxy_error.ts";

const COMMANDS = {
  "a read": { name: "find", inTransaction: false, isRetryableWrite: false },
  "a write": { name: "insert", inTransaction: false, isRetryableWrite: false },
  "a retryable write": { name: "insert", inTransaction: false, isRetryableWrite: true },
  "a statement": { name: "insert", inTransaction: true, isRetryableWrite: false },
  "a commit": { name: "commitTransaction", inTransaction: true, isRetryableWrite: false },
  "an abort": { name: "abortTransaction", inTransaction: true, isRetryableWrite: false },
} as const satisfies Record<string, FailedCommand>;

type Labels = Record<keyof typeof COMMANDS, readonly string[]>;

/** Transactions specification, "Error Labels"; retryable writes specification, "RetryableWriteError". */
const LOST: Labels = {
  "a read": [],
  "a write": [],
  "a retryable write": ["RetryableWriteError"],
  "a statement": ["TransientTransactionError"],
  "a commit": ["RetryableWriteError"],
  "an abort": ["RetryableWriteError"],
};

/** Transactions specification, "A server selection error is labeled UnknownTransactionCommitResult". */
const NOT_SELECTED: Labels = {
  "a read": [],
  "a write": [],
  "a retryable write": [],
  "a statement": ["TransientTransactionError"],
  "a commit": ["UnknownTransactionCommitResult"],
  "an abort": [],
};

const FAILURES: readonly { error: Error; code: number; codeName: string; labels: Labels; first?: readonly string[] }[] =
  [
    { error: new MongoNetworkError("x"), code: 6, codeName: "HostUnreachable", labels: LOST },
    { error: new MongoPoolClearedError("a:1"), code: 6, codeName: "HostUnreachable", labels: LOST },
    { error: new MongoPoolClosedError("a:1"), code: 6, codeName: "HostUnreachable", labels: LOST },
    { error: new MongoAuthError("x", { code: 18 }), code: 6, codeName: "HostUnreachable", labels: LOST },
    { error: new MongoNetworkTimeoutError("x"), code: 89, codeName: "NetworkTimeout", labels: LOST },
    {
      error: new MongoServerSelectionError("x"),
      code: 133,
      codeName: "FailedToSatisfyReadPreference",
      labels: NOT_SELECTED,
    },
    {
      error: new MongoWaitQueueError("x", "full"),
      code: 462,
      codeName: "IngressRequestRateLimitExceeded",
      labels: NOT_SELECTED,
      // Client backpressure specification, "Retryable Overload Error".
      first: ["SystemOverloadedError", "RetryableError"],
    },
  ];

for (const { error, code, codeName, labels, first = [] } of FAILURES) {
  for (const [what, command] of Object.entries(COMMANDS)) {
    Deno.test(`toProxyError() answers ${what} that failed with ${error.name}`, () => {
      assertEquals(toProxyError(error, command), {
        code,
        codeName,
        errmsg: error.message,
        errorLabels: [...first, ...labels[what as keyof Labels]],
      });
    });
  }
}

Deno.test("overloadedError() says what a full wait queue does", () => {
  const full = toProxyError(new MongoWaitQueueError("x", "full"), COMMANDS["a commit"]);
  assertEquals(overloadedError("x", COMMANDS["a commit"]), full);
});

Deno.test("proxyError() has no labels of its own", () => {
  assertEquals(proxyError("HostUnreachable", "x"), {
    code: 6,
    codeName: "HostUnreachable",
    errmsg: "x",
    errorLabels: [],
  });
});
