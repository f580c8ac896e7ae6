import { assertThrows } from "@std/assert";
import type { Document } from "bson";
import { MongoNetworkError, MongoOperationTimeoutError, MongoServerError } from "../../../driver/error.ts";
import type { MatchContext } from "./match.ts";
import { matchError } from "./match_error.ts";
import { OWN_DRIVER } from "./own_driver.ts";
import type { ExpectedError } from "./test_format.ts";

const CONTEXT: MatchContext = { bsonEntity: () => undefined, sessionLsid: () => undefined };

function check(expected: ExpectedError, error: unknown): void {
  matchError(expected, error, OWN_DRIVER, CONTEXT);
}

function serverError(reply: Document = {}): MongoServerError {
  return new MongoServerError({ ok: 0, code: 11000, codeName: "DuplicateKey", errmsg: "E11000 duplicate", ...reply });
}

Deno.test("matchError() takes an error that is as expected", () => {
  check({ isError: true }, new Error("Any"));
  check({ isClientError: true }, new MongoNetworkError("Lost"));
  check({ isClientError: false, errorCode: 11000, errorCodeName: "duplicatekey" }, serverError());
  check({ errorContains: "e11000 DUP" }, serverError());
  check({ errorLabelsContain: ["A"], errorLabelsOmit: ["B"] }, serverError({ errorLabels: ["A"] }));
  check({ errorResponse: { code: 11000 } }, serverError());
  check({ isTimeoutError: true }, new MongoOperationTimeoutError("Late"));
  check({ isTimeoutError: false }, serverError());
});

Deno.test("matchError() refuses an error that is not as expected", () => {
  const refused: readonly [ExpectedError, unknown][] = [
    [{ isError: true }, "no error"],
    [{ isClientError: true }, serverError()],
    [{ isClientError: false }, new MongoNetworkError("Lost")],
    [{ errorCode: 1 }, serverError()],
    [{ errorCodeName: "Other" }, serverError()],
    [{ errorContains: "other" }, serverError()],
    [{ errorLabelsContain: ["A"] }, serverError()],
    [{ errorLabelsOmit: ["A"] }, serverError({ errorLabels: ["A"] })],
    [{ errorResponse: { code: 1 } }, serverError()],
    [{ isTimeoutError: true }, serverError()],
    [{ isTimeoutError: false }, new MongoOperationTimeoutError("Late")],
    [{ expectResult: { insertedCount: 0 } }, serverError()],
  ];
  for (const [expected, error] of refused) assertThrows(() => check(expected, error), Error, "Another error");
});
