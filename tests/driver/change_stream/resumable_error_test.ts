import { assertEquals } from "@std/assert";
import { isResumable } from "../../../driver/change_stream/resumable_error.ts";
import {
  MongoNetworkError,
  MongoNetworkTimeoutError,
  MongoNotConnectedError,
  MongoOperationTimeoutError,
  MongoServerError,
  MongoServerSelectionError,
} from "../../../driver/error.ts";

const [MONGODB_4_2, MONGODB_4_4] = [8, 9];
/** Change streams specification, "Resumable Error". */
const CODES = [6, 7, 63, 89, 91, 133, 150, 189, 234, 262, 9001, 10107, 11600, 11602, 13388, 13435, 13436];

function refused(code: number, ...errorLabels: string[]): MongoServerError {
  return new MongoServerError({ ok: 0, code, errmsg: "refused", errorLabels });
}

Deno.test("isResumable() goes by the label since MongoDB 4.4", () => {
  for (const code of CODES) {
    assertEquals(isResumable(refused(code), MONGODB_4_4), false, `${code}`);
    assertEquals(isResumable(refused(code, "ResumableChangeStreamError"), MONGODB_4_4), true, `${code}`);
  }
  assertEquals(isResumable(refused(1, "ResumableChangeStreamError"), MONGODB_4_4), true);
});

Deno.test("isResumable() goes by the code before MongoDB 4.4", () => {
  for (const code of CODES) assertEquals(isResumable(refused(code), MONGODB_4_2), true, `${code}`);
  for (const code of [0, 1, 136, 237, 11601]) assertEquals(isResumable(refused(code), MONGODB_4_2), false, `${code}`);
  assertEquals(isResumable(refused(1, "ResumableChangeStreamError"), MONGODB_4_2), false);
});

Deno.test("isResumable() goes on after a cursor that is not there, whatever the version", () => {
  assertEquals(isResumable(refused(43), MONGODB_4_2), true);
  assertEquals(isResumable(refused(43), MONGODB_4_4), true);
});

Deno.test("isResumable() goes on after what no server said", () => {
  const errors = [
    new MongoNetworkError("lost"),
    new MongoNetworkTimeoutError("slow"),
    new MongoServerSelectionError("none"),
  ];
  for (const error of errors) assertEquals(isResumable(error, MONGODB_4_4), true, error.name);
});

Deno.test("isResumable() does not go on after what the user did, nor without time", () => {
  const errors = [
    new MongoNotConnectedError("closed"),
    new MongoOperationTimeoutError("over"),
    new DOMException("aborted", "AbortError"),
    new TypeError("wrong"),
  ];
  for (const error of errors) assertEquals(isResumable(error, MONGODB_4_4), false, error.name);
});
