import { command, getMore, insert, lastError, query, remove, type Sequence, sequence, update } from "../steps.ts";

const MEGABYTE = 1024 * 1024;
const text = (megabytes: number) => "x".repeat(megabytes * MEGABYTE);
/** Leaves room for the rest of a document of 16 MB. */
const ALMOST_16_MB = "y".repeat(16 * MEGABYTE - 100);

/** Large documents and batches. */
export const LARGE_SEQUENCES: readonly Sequence[] = [
  sequence("large documents", () => [
    insert({ _id: 1, text: text(1) }),
    lastError(),
    insert({ _id: 2, text: text(5) }),
    lastError(),
    insert({ _id: 3, text: ALMOST_16_MB }),
    lastError(),
    query({ _id: 1 }),
    query({ _id: 2 }),
    query({ _id: 3 }, { limit: -1 }),
    insert({ _id: 2, text: text(5) }),
    lastError(),
    insert({ _id: 4, text: text(16) }),
    lastError(),
    insert([{ _id: 5, text: text(8) }, { _id: 6, text: text(8) }, { _id: 7, text: text(8) }]),
    lastError(),
    update({ _id: 1 }, { _id: 1, text: text(6) }),
    lastError(),
    update({ _id: 3 }, { $set: { more: text(1) } }),
    lastError(),
    query({ _id: { $lt: 4 } }, { fields: { _id: 1 } }),
    remove({ _id: 3 }),
    lastError(),
    command({ count: "c" }),
  ]),
  sequence("batches that end by their size", () => [
    insert(Array.from({ length: 12 }, (_, _id) => ({ _id, text: text(3) }))),
    lastError(),
    query({}),
    getMore(0),
    getMore(0),
    query({}, { limit: 8 }),
    getMore(8),
    query({}, { limit: -8 }),
    query({}, { fields: { _id: 1 } }),
    command({ drop: "c" }),
  ]),
  sequence("more documents than one command takes", () => [
    insert(Array.from({ length: 100_500 }, (_, _id) => ({ _id }))),
    lastError(),
    command({ count: "c" }),
    command({ drop: "c" }),
  ]),
  sequence("one message of almost 48 MB", () => [
    insert([1, 2, 3, 4].map((_id) => ({ _id, text: "z".repeat(11.4 * MEGABYTE) }))),
    lastError(),
    query({}, { fields: { _id: 1 } }),
    command({ drop: "c" }),
  ]),
];
