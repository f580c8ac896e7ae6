import { assertInstanceOf, assertStrictEquals, assertStringIncludes } from "@std/assert";
import {
  MongoNetworkError,
  MongoNetworkTimeoutError,
  MongoOperationTimeoutError,
  MongoServerError,
  MongoServerSelectionError,
  MongoWaitQueueError,
  MongoWriteConcernError,
} from "../../../driver/error.ts";
import { asOperationTimeout } from "../../../driver/operation/as_operation_timeout.ts";

Deno.test("asOperationTimeout makes one error of whatever ran out of time, and keeps what it was", () => {
  const errors = [
    new MongoServerError({ ok: 0, code: 50, errmsg: "too slow" }),
    new MongoServerError({ ok: 1, writeErrors: [{ code: 50 }] }),
    new MongoWriteConcernError({ ok: 1, writeConcernError: { code: 50, errmsg: "too slow" } }),
    new MongoNetworkTimeoutError("too slow"),
    new MongoServerSelectionError("none"),
    new MongoWaitQueueError("full of others", "timeout"),
  ];
  for (const error of errors) {
    const timeout = asOperationTimeout(error);
    assertInstanceOf(timeout, MongoOperationTimeoutError, error.name);
    assertStrictEquals(timeout.cause, error);
    assertStringIncludes(timeout.message, error.message);
  }
});

Deno.test("asOperationTimeout leaves other failures as they are", () => {
  const errors = [
    new MongoServerError({ ok: 0, code: 11000 }),
    new MongoNetworkError("lost"),
    new MongoWaitQueueError("full", "full"),
    new MongoOperationTimeoutError("up"),
    new TypeError("own"),
  ];
  for (const error of errors) assertStrictEquals(asOperationTimeout(error), error);
});
