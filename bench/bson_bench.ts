/**
 * The project's BSON codec beside `npm:bson`: `deno bench -A bench/bson_bench.ts`.
 *
 * The documents are those of MongoDB's driver benchmarking specification, read in place from the folder that
 * `TORANA_BENCH_DATA` names (default: `../shared/bench-data` beside the repository), and a reply full of small ones.
 */
import { deserialize, type Document, EJSON, ObjectId, serialize } from "bson";
import { decodeDocument } from "../codec/bson_decode.ts";
import { encodeDocument } from "../codec/bson_encode.ts";

const FOLDER = Deno.env.get("TORANA_BENCH_DATA") ?? new URL("../../shared/bench-data", import.meta.url).pathname;
const ARCHIVE = `${FOLDER}/extended_bson.tgz`;
const SPECIFIED = ["flat", "deep", "full"];

/** A document of the specification, or null where its data is not. */
function specified(name: string): Document | null {
  const args = ["xzOf", ARCHIVE, `extended_bson/${name}_bson.json`];
  const { success, stdout } = new Deno.Command("tar", { args }).outputSync();
  return success ? EJSON.parse(new TextDecoder().decode(stdout)) : null;
}

function reply(count: number): Document {
  const firstBatch = Array.from({ length: count }, (_, index) => ({
    _id: new ObjectId(),
    name: `Customer ${index}`,
    email: `customer${index}@example.com`,
    total: index * 3.5,
    visits: index,
    active: index % 2 === 0,
    since: new Date(1_600_000_000_000 + index),
  }));
  return { cursor: { firstBatch, id: 0n, ns: "shop.customers" }, ok: 1 };
}

function benchDocument(name: string, document: Document | null): void {
  if (document === null) return Deno.bench({ name: `${name}: NOT RUN, no ${ARCHIVE}`, ignore: true, fn: () => {} });
  const bytes = new Uint8Array(serialize(document));
  Deno.bench(`npm:bson deserialize: ${name}`, { group: `decode ${name}`, baseline: true }, () => {
    deserialize(bytes);
  });
  Deno.bench(`decodeDocument: ${name}`, { group: `decode ${name}` }, () => {
    decodeDocument(bytes);
  });
  Deno.bench(`npm:bson serialize: ${name}`, { group: `encode ${name}`, baseline: true }, () => {
    serialize(document);
  });
  Deno.bench(`encodeDocument: ${name}`, { group: `encode ${name}` }, () => {
    encodeDocument(document);
  });
}

const DOCUMENTS: readonly (readonly [name: string, document: Document | null])[] = [
  ...SPECIFIED.map((name) => [name, specified(name)] as const),
  ["reply with 100 documents", reply(100)],
  ["reply to a write", { n: 1, ok: 1 }],
];

// Code that has seen one kind of document only is faster than an application's ever is.
for (let round = 0; round < 1000; round++) {
  for (const [, document] of DOCUMENTS) {
    if (document === null) continue;
    deserialize(serialize(document));
    decodeDocument(encodeDocument(document));
  }
}

for (const [name, document] of DOCUMENTS) benchDocument(name, document);
