import { assertEquals } from "@std/assert";
import { Int32, Long } from "bson";
import { describeCommand } from "../../../codec/command.ts";
import { checkGetMore, translateGetMore } from "../../../codec/legacy/legacy_get_more.ts";
import { encodeOpGetMore } from "../../../codec/op_get_more.ts";
import { assertRefused } from "../samples.ts";
import { assertCommand, assertRefusal } from "./support.ts";

function getMore(numberToReturn: number, cursorId = 5n, fullCollectionName = "shop.films"): Uint8Array {
  return encodeOpGetMore({ requestId: 7, fullCollectionName, numberToReturn, cursorId });
}

Deno.test("translateGetMore makes a getMore of an OP_GET_MORE", () => {
  for (const id of [5n, -1n, 2n ** 63n - 1n, 0n]) {
    const expected = { getMore: Long.fromBigInt(id), collection: "films", batchSize: new Int32(20), $db: "shop" };
    assertCommand(translateGetMore(getMore(20, id)), expected);
  }
});

Deno.test("translateGetMore leaves the size of the batch to the server for 0", () => {
  assertCommand(translateGetMore(getMore(0)), { getMore: Long.fromNumber(5), collection: "films", $db: "shop" });
});

Deno.test("translateGetMore keeps dots and dollars in the collection's name", () => {
  const view = describeCommand(translateGetMore(getMore(1, 5n, "shop.$cmd.listCollections")));
  assertEquals([view.name, view.database, view.collection], ["getMore", "shop", "$cmd.listCollections"]);
  assertEquals([view.cursorId, view.requestId, view.continuesCursor], [5n, 7, true]);
});

Deno.test("translateGetMore refuses a negative number, on which servers hang up", () => {
  for (const number of [-1, -(2 ** 31)]) {
    const text = `OP_GET_MORE numberToReturn at byte 31: expected 0 or more, got ${number}`;
    for (const read of [checkGetMore, translateGetMore]) assertRefused(() => read(getMore(number)), text);
  }
});

Deno.test("translateGetMore refuses a name without a collection", () => {
  for (const name of ["shop", "shop.", ".films"]) {
    assertRefusal(() => translateGetMore(getMore(1, 5n, name)), 73, `Invalid ns [${name}]`);
  }
});
