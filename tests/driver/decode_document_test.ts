import { assertEquals, assertThrows } from "@std/assert";
import { Int32, serialize, UUID } from "bson";
import { CodecError } from "../../codec/error.ts";
import { decodeDocument } from "../../driver/decode_document.ts";

Deno.test("decodeDocument() decodes as its options say", () => {
  const bytes = serialize({ a: new Int32(5) });
  assertEquals(decodeDocument(bytes), { a: 5 });
  assertEquals(decodeDocument(bytes, { promoteValues: false }), { a: new Int32(5) });
});

Deno.test("decodeDocument() throws CodecError for what cannot be decoded", () => {
  const bytes = serialize({ a: { b: 1 } });
  bytes[11] = 0x55;
  assertThrows(() => decodeDocument(bytes), CodecError, "Unknown BSON type");
});

Deno.test("decodeDocument() gives what outlives its bytes", () => {
  const bytes = serialize({ lsid: { id: new UUID("00112233-4455-6677-8899-aabbccddeeff") }, data: new Uint8Array(3) });
  const options = { promoteLongs: false, promoteBuffers: false };
  const document = decodeDocument(bytes, options);
  const before = serialize(document);
  bytes.fill(0x79);
  assertEquals(serialize(document), before);
});
