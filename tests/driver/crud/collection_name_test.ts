import { assertThrows } from "@std/assert";
import { checkCollectionName } from "../../../driver/crud/collection_name.ts";
import { MongoInvalidArgumentError } from "../../../driver/error.ts";

Deno.test("checkCollectionName accepts names that collections have", () => {
  for (const name of ["a", "a.b", "system.profile", "$cmd.aggregate", "oplog.$main", "größe"]) {
    checkCollectionName(name);
  }
});

Deno.test("checkCollectionName refuses names that no collection has", () => {
  for (const name of ["", ".a", "a.", "a..b", "a$b", "a\0b", 5 as unknown as string]) {
    assertThrows(() => checkCollectionName(name), MongoInvalidArgumentError, "Collection name");
  }
});
