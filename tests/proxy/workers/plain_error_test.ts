import { assertEquals } from "@std/assert";
import { MongoNetworkTimeoutError, MongoServerSelectionError } from "../../../driver/error.ts";
import { advise } from "../../../proxy/log/advice.ts";
import { fromPlainError, toPlainError } from "../../../proxy/workers/plain_error.ts";

Deno.test("toPlainError() keeps what the log says of an error, through a message between threads", () => {
  const cause = new MongoNetworkTimeoutError("No answer from a:1");
  const error = new MongoServerSelectionError("No server was found", { cause });
  const back = fromPlainError(structuredClone(toPlainError(error)));
  assertEquals([back.name, back.message], ["MongoServerSelectionError", "No server was found"]);
  assertEquals(advise(back), advise(error));
});

Deno.test("toPlainError() takes whatever was thrown", () => {
  assertEquals(toPlainError("no"), { name: "Error", message: "no", cause: null });
});
