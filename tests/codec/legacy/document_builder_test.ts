import { assertEquals } from "@std/assert";
import { Double, Int32, Long, MinKey, serialize } from "bson";
import { ElementWalker } from "../../../codec/bson_view.ts";
import { validateDocument } from "../../../codec/bson_validate.ts";
import { DocumentBuilder, valueAt } from "../../../codec/legacy/document_builder.ts";
import { assertRefused } from "../samples.ts";

const INNER = Uint8Array.from(serialize({ a: [1, "two"] }));

Deno.test("DocumentBuilder encodes each type as a serializer does", () => {
  const built = new DocumentBuilder().string("string", "Grüße").string("empty", "").int32("int32", -5)
    .int64("int64", -(2n ** 40n)).double("double", 1.5).boolean("yes", true).boolean("no", false)
    .document("document", INNER).array("array", [INNER, INNER]).array("none", []).finish();
  const inner = { a: [1, "two"] };
  const expected = serialize({
    string: "Grüße",
    empty: "",
    int32: new Int32(-5),
    int64: Long.fromBigInt(-(2n ** 40n)),
    double: new Double(1.5),
    yes: true,
    no: false,
    document: inner,
    array: [inner, inner],
    none: [],
  });
  assertEquals([...built], [...expected]);
  validateDocument(built);
});

Deno.test("DocumentBuilder of nothing is the empty document", () => {
  assertEquals([...new DocumentBuilder().finish()], [5, 0, 0, 0, 0]);
});

Deno.test("DocumentBuilder takes elements and values of other documents as they are", () => {
  const walker = new ElementWalker(Uint8Array.from(serialize({ key: new MinKey(), b: 2 })));
  walker.next();
  const built = new DocumentBuilder().element(walker).value("other", valueAt(walker)).elementsOf(INNER).finish();
  assertEquals([...built], [...serialize({ key: new MinKey(), other: new MinKey(), a: [1, "two"] })]);
});

Deno.test("DocumentBuilder refuses a key with a zero character", () => {
  assertRefused(() => new DocumentBuilder().int32("a\0b", 1), "expected no zero character");
});
