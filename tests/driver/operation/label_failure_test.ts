import { assertEquals } from "@std/assert";
import {
  type MongoError,
  MongoNetworkError,
  MongoServerError,
  MongoServerSelectionError,
  MongoWriteConcernError,
} from "../../../driver/error.ts";
import { type FailureContext, labelFailure } from "../../../driver/operation/label_failure.ts";

function labelsOf(error: MongoError, context: Partial<FailureContext>): readonly string[] {
  labelFailure({
    error,
    maxWireVersion: 17,
    isMongos: false,
    isRetryableWrite: false,
    transaction: null,
    ...context,
  });
  return error.errorLabels;
}

const network = () => new MongoNetworkError("lost");
const concern = (code: number) => new MongoWriteConcernError({ ok: 1, writeConcernError: { code } });

Deno.test("labelFailure labels lost connections of retryable writes only", () => {
  assertEquals(labelsOf(network(), { isRetryableWrite: true }), ["RetryableWriteError"]);
  assertEquals(labelsOf(network(), {}), []);
});

Deno.test("labelFailure labels statements that got no reply", () => {
  const transaction = "statement";
  assertEquals(labelsOf(network(), { transaction }), ["TransientTransactionError"]);
  assertEquals(labelsOf(new MongoServerSelectionError("none"), { transaction }), ["TransientTransactionError"]);
  assertEquals(labelsOf(new MongoServerError({ ok: 0, code: 112 }), { transaction }), []);
});

Deno.test("labelFailure labels commits whose outcome is not known", () => {
  const unknown = ["UnknownTransactionCommitResult"];
  const label = (error: MongoError) => labelsOf(error, { transaction: "commit" });
  assertEquals(label(new MongoServerSelectionError("none")), unknown);
  assertEquals(label(new MongoServerError({ ok: 0, code: 50 })), unknown);
  assertEquals(label(concern(64)), unknown);
  assertEquals(label(concern(100)), []);
  assertEquals(label(concern(79)), []);
  assertEquals(label(new MongoServerError({ ok: 0, code: 251 })), []);
  assertEquals(labelsOf(network(), { transaction: "commit", isRetryableWrite: true }), [
    "RetryableWriteError",
    ...unknown,
  ]);
});

Deno.test("labelFailure labels an abort as a write alone", () => {
  assertEquals(labelsOf(network(), { transaction: "abort", isRetryableWrite: true }), ["RetryableWriteError"]);
});
