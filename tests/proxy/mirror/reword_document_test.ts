import { assertEquals } from "@std/assert";
import { Binary, type Document, Int32, ObjectId, Timestamp } from "bson";
import { HostNames } from "../../../proxy/mirror/host_names.ts";
import { rewordDocument } from "../../../proxy/mirror/reword_document.ts";

const NAMES = new HostNames([["db1:27017", "proxy:6000"], ["db2:27018", "proxy:6001"], ["hidden:27019", null]]);
const SPEAKER = { port: 27017, told: { kind: "tcp", host: "proxy", port: 6000 } } as const;

Deno.test("rewordDocument() replaces addresses at any depth", () => {
  const status = {
    set: "rs",
    members: [{ name: "db1:27017", syncSourceHost: "db2:27018" }],
    nested: { list: ["db2:27018"] },
  };
  assertEquals(reword(status), {
    set: "rs",
    members: [{ name: "proxy:6000", syncSourceHost: "proxy:6001" }],
    nested: { list: ["proxy:6001"] },
  });
});

Deno.test("rewordDocument() replaces addresses in texts and in keys", () => {
  const document = { infoMessage: "syncing from: db2:27018", pools: { "db1:27017": { inUse: 1 } } };
  assertEquals(reword(document), { infoMessage: "syncing from: proxy:6001", pools: { "proxy:6000": { inUse: 1 } } });
});

Deno.test("rewordDocument() leaves out who has no listener", () => {
  const document = {
    members: [{ _id: 0, name: "hidden:27019" }, { _id: 1, host: "hidden:27019" }, { _id: 2, name: "db1:27017" }],
    hosts: ["hidden:27019", "db1:27017"],
    counts: { "hidden:27019": 1, "db1:27017": 2 },
    syncSourceHost: "hidden:27019",
  };
  assertEquals(reword(document), {
    members: [{ _id: 2, name: "proxy:6000" }],
    hosts: ["proxy:6000"],
    counts: { "proxy:6000": 2 },
    syncSourceHost: "",
  });
});

Deno.test("rewordDocument() replaces what the server calls its machine", () => {
  assertEquals(reword({ inprog: [{ host: "machine:27017", client: "10.0.0.9:50000" }] }), {
    inprog: [{ host: "proxy:6000", client: "10.0.0.9:50000" }],
  });
  assertEquals(reword({ system: { hostname: "machine:27017" } }), { system: { hostname: "proxy:6000" } });
  assertEquals(reword({ serverInfo: { host: "machine", port: new Int32(27017), version: "6.0.0" } }), {
    serverInfo: { host: "proxy", port: new Int32(6000), version: "6.0.0" },
  });
});

Deno.test("rewordDocument() leaves alone whoever else is called host", () => {
  const others = { a: { host: "elsewhere:1000" }, b: { host: "machine", port: 1000 }, c: { host: 5, port: 27017 } };
  assertEquals(reword(others), others);
});

Deno.test("rewordDocument() leaves values of BSON types as they are", () => {
  const document = {
    id: new ObjectId("0".repeat(24)),
    date: new Date(5),
    bytes: new Binary(new Uint8Array([1])),
    at: new Timestamp({ t: 1, i: 2 }),
    nothing: null,
    pattern: /db1:27017/,
  };
  assertEquals(reword(document), document);
});

Deno.test("rewordDocument() replaces addresses in maps, and keeps their order", () => {
  const members = [new Map([["2", "db1:27017"], ["1", "up"]]), new Map([["_bsontype", "x"], ["name", "hidden:27019"]])];
  const told = reword({ members }).members;
  assertEquals(told.map((member: Map<string, string>) => [...member]), [[["2", "proxy:6000"], ["1", "up"]]]);
});

function reword(document: Document): Document {
  return rewordDocument(document, NAMES, SPEAKER);
}
