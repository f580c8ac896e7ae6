import { assertEquals, assertThrows } from "@std/assert";
import { type Document, Long, serialize, Timestamp } from "bson";
import { CodecError } from "../../../codec/error.ts";
import { LastError, type WriteKind } from "../../../proxy/last_error/last_error.ts";

const DUPLICATE = { index: 0, code: 11000, errmsg: "E11000 duplicate key" };
const FAILED_DUPLICATE = {
  kind: "failed",
  error: { code: 11000, codeName: "DuplicateKey", errmsg: "E11000 duplicate key" },
} as const;
const PLAIN = { kind: "plain" } as const;

/** A connection whose operations leave something behind. */
class Operations extends LastError {
  write(kind: WriteKind, reply: Document, namespace: string | null = null): void {
    this.startRequest(namespace);
    this.wrote(kind, serialize({ ...reply, ok: 1 }));
  }
}

Deno.test("LastError has nothing to tell at first", () => {
  const lastError = new LastError();
  assertEquals(lastError.latest, PLAIN);
  assertEquals(lastError.previous, { outcome: PLAIN, nPrev: -1 });
  assertEquals(lastError.hasWritten, false);
  assertEquals([lastError.lastOp, lastError.term, lastError.namespace], [null, null, null]);
});

Deno.test("LastError tells what updates and deletes did", () => {
  const operations = new Operations();
  const after = (kind: WriteKind, reply: Document) => {
    operations.write(kind, reply);
    return operations.latest;
  };
  assertEquals(after("update", { n: 1, nModified: 0 }), { kind: "updated", n: 1, upserted: null });
  assertEquals(after("update", { n: 0 }), { kind: "updated", n: 0, upserted: null });
  assertEquals(after("update", { n: 14 }), { kind: "updated", n: 14, upserted: null });
  assertEquals(after("delete", { n: 0 }), { kind: "deleted", n: 0 });
  assertEquals(after("delete", { n: 5 }), { kind: "deleted", n: 5 });
  assertEquals(after("delete", {}), { kind: "deleted", n: 0 });
});

Deno.test("LastError tells the last upserted id, its type kept", () => {
  const operations = new Operations();
  const upserted = [{ index: 0, _id: 1 }, { index: 1, _id: Long.fromNumber(2) }];
  operations.write("update", { n: 2, upserted });
  assertEquals(operations.latest, {
    kind: "updated",
    n: 2,
    upserted: new Uint8Array(serialize({ index: 1, _id: Long.fromNumber(2) })),
  });
});

Deno.test("LastError has nothing to tell of inserts and findAndModify that went well", () => {
  const operations = new Operations();
  for (const kind of ["insert", "findAndModify", "createIndexes"] as const) {
    operations.write("insert", { n: 0, writeErrors: [DUPLICATE] });
    operations.write(kind, { n: 1 });
    assertEquals(operations.latest, PLAIN);
  }
});

Deno.test("LastError tells the last of the errors of a write", () => {
  const operations = new Operations();
  const writeErrors = [DUPLICATE, { index: 2, code: 66, errmsg: "cannot change it" }];
  operations.write("update", { n: 1, writeErrors });
  const error = { code: 66, codeName: "ImmutableField", errmsg: "cannot change it" };
  assertEquals(operations.latest, { kind: "failed", error });
});

Deno.test("LastError keeps an error when the rest of the same insertion goes well", () => {
  const operations = new Operations();
  operations.write("insert", { n: 1, writeErrors: [DUPLICATE] });
  operations.wrote("insert", serialize({ n: 2, ok: 1 }));
  assertEquals(operations.latest, FAILED_DUPLICATE);
});

Deno.test("LastError tells an outcome until another operation begins, and remembers it", () => {
  const operations = new Operations();
  operations.write("insert", { n: 0, writeErrors: [DUPLICATE] });
  assertEquals(operations.latest, FAILED_DUPLICATE);
  assertEquals(operations.latest, FAILED_DUPLICATE);
  assertEquals(operations.previous, { outcome: FAILED_DUPLICATE, nPrev: 1 });
  operations.startRequest();
  assertEquals(operations.latest, PLAIN);
  operations.write("insert", { n: 1 });
  assertEquals(operations.latest, PLAIN);
  assertEquals(operations.previous, { outcome: FAILED_DUPLICATE, nPrev: 3 });
  operations.write("delete", { n: 1 });
  assertEquals(operations.previous, { outcome: { kind: "deleted", n: 1 }, nPrev: 1 });
});

Deno.test("LastError tells of commands that failed, under the code's name", () => {
  const operations = new Operations();
  operations.write("delete", { n: 1 });
  operations.startRequest();
  operations.failed({ code: 59, codeName: "CommandNotFound", errmsg: "no such command" });
  const error = { code: 59, codeName: "CommandNotFound", errmsg: "no such command" };
  assertEquals(operations.latest, { kind: "failed", error });
  operations.failed({ code: 26, codeName: "", errmsg: "ns not found" });
  assertEquals(operations.latest, {
    kind: "failed",
    error: { code: 26, codeName: "NamespaceNotFound", errmsg: "ns not found" },
  });
});

Deno.test("LastError.reset() forgets what there is to tell, not that there were writes", () => {
  const operations = new Operations();
  operations.write("insert", { n: 0, writeErrors: [DUPLICATE] });
  operations.reset();
  assertEquals(operations.latest, PLAIN);
  assertEquals(operations.previous.nPrev, -1);
  assertEquals(operations.hasWritten, true);
});

Deno.test("LastError keeps the place of the last write in the oplog", () => {
  const operations = new Operations();
  const opTime = (i: number) => ({ ts: new Timestamp({ t: 7, i }), t: Long.fromNumber(3) });
  operations.write("insert", { n: 1, opTime: opTime(1) });
  operations.write("update", { n: 0, opTime: opTime(2), writeErrors: [DUPLICATE] });
  assertEquals(operations.lastOp, opTime(2));
  assertEquals(operations.term, 3);
  operations.write("findAndModify", { value: null });
  operations.startRequest();
  assertEquals(operations.lastOp, opTime(2));
  assertEquals(operations.term, null);
});

Deno.test("LastError counts an old write as one, whatever is told of it", () => {
  const operations = new Operations();
  operations.startRequest("shop.system.indexes");
  assertEquals(operations.hasWritten, true);
  operations.write("insert", { n: 1, opTime: { ts: new Timestamp({ t: 7, i: 1 }), t: Long.fromNumber(3) } });
  assertEquals(operations.term, 3);
  operations.startRequest();
  assertEquals(operations.term, 3);
  operations.startRequest("shop.system.indexes");
  assertEquals(operations.term, null);
});

Deno.test("LastError holds no view of a reply", () => {
  const operations = new LastError();
  const opTime = { ts: new Timestamp({ t: 7, i: 1 }), t: Long.fromNumber(3) };
  const reply = serialize({ n: 1, upserted: [{ index: 0, _id: "id" }], opTime, ok: 1 });
  operations.wrote("update", reply);
  reply.fill(0xff);
  assertEquals(operations.latest, {
    kind: "updated",
    n: 1,
    upserted: new Uint8Array(serialize({ index: 0, _id: "id" })),
  });
  assertEquals(operations.lastOp, opTime);
});

Deno.test("LastError knows what was written to, as far as the last write told", () => {
  const operations = new Operations();
  operations.write("insert", { n: 1 }, "shop.films");
  operations.startRequest();
  assertEquals(operations.namespace, "shop.films");
  operations.write("insert", { n: 1 });
  assertEquals(operations.namespace, null);
});

Deno.test("LastError.wrote() throws on what is no document", () => {
  assertThrows(() => new LastError().wrote("insert", Uint8Array.of(9, 0, 0, 0, 1)), CodecError);
});
