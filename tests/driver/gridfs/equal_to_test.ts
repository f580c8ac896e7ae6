import { assertEquals } from "@std/assert";
import { ObjectId } from "bson";
import { equalTo } from "../../../driver/gridfs/equal_to.ts";

Deno.test("equalTo leaves plain values as they are", () => {
  const id = new ObjectId();
  for (const value of [id, "name", 7, 7n, true]) assertEquals(equalTo(value), value);
});

Deno.test("equalTo keeps operators and patterns from being taken as such", () => {
  for (const value of [{ $gt: "" }, /a/, { a: 1 }, null]) assertEquals(equalTo(value), { $eq: value });
});
