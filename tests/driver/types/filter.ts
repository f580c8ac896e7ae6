import type { Document } from "../../../codec/bson_types.ts";
import type { Filter } from "../../../driver/types/filter.ts";
import { ObjectId } from "bson";

interface Address {
  city: string;
  zip?: number;
}

interface Person {
  name: string;
  age?: number;
  born: Date;
  kind: "a" | "b";
  tags: string[];
  addresses: Address[];
  home: Address;
  meta: Record<string, number>;
  anything: Document["any"];
  unknown: unknown;
  nothing: string | null;
  big: bigint;
  flag: boolean;
  parent?: Person;
  deep: { a: { b: { c: { d: { e: { f: { g: number } } } } } } };
}

/** Filter accepts fields of the schema. */
export const fine: Filter<Person>[] = [
  {},
  { name: "x" },
  { name: /x/ },
  { _id: new ObjectId() },
  { _id: { $in: [new ObjectId()] } },
  { age: null },
  { nothing: null },
  { age: { $gt: 1, $lte: 5 } },
  { flag: true },
  { flag: { $ne: true } },
  { kind: "a" },
  { kind: { $in: ["a", "b"] } },
  { tags: "x" },
  { tags: ["x"] },
  { tags: { $all: ["x"] } },
  { tags: { $size: 3 } },
  { tags: { $elemMatch: { $gt: "a" } } },
  { "tags.0": "x" },
  { "addresses.city": "x" },
  { "addresses.0.city": /x/ },
  { addresses: { $elemMatch: { city: "x", zip: { $gt: 1 } } } },
  { addresses: { city: "x" } },
  { "home.zip": { $exists: false } },
  { home: { city: "x" } },
  { "meta.whatever": 3 },
  { "meta.whatever": { $gt: 3 } },
  { "anything.a.b": 1 },
  { unknown: 1, "unknown.x": "y" },
  { big: { $gt: 1n } },
  { $or: [{ name: "x" }, { age: 1 }] },
  { $expr: { $gt: ["$a", "$b"] } },
  { $text: { $search: "x" } },
  { $where: "true" },
  { name: { $not: /x/ } },
  { name: { $not: { $regex: "x", $options: "i" } } },
  { "parent.parent.name": "x" },
  { "deep.a.b.c.d.e.f.g": 1 },
  { "deep.a.b.c": { d: { e: { f: { g: 1 } } } } },
];

/** Filter refuses what the schema does not have. */
export const wrong: Filter<Person>[] = [
  // @ts-expect-error there is no such field
  { nam: "x" },
  // @ts-expect-error a number is not a text
  { name: 1 },
  // @ts-expect-error there is no such operator
  { name: { $gtr: "x" } },
  // @ts-expect-error there is no such operator beside fields
  { $xor: [] },
  // @ts-expect-error the value of an operator is of the field's type
  { age: { $gt: "x" } },
  // @ts-expect-error only texts have patterns
  { age: { $regex: "x" } },
  // @ts-expect-error only arrays have sizes
  { name: { $size: 1 } },
  // @ts-expect-error there is no such nested field
  { "home.cit": "x" },
  // @ts-expect-error a nested field has a type
  { "home.city": 5 },
  // @ts-expect-error there is no such field in the items
  { "addresses.cit": "x" },
  // @ts-expect-error there is no such field in an item
  { "addresses.0.cit": "x" },
  // @ts-expect-error the field of an item has a type
  { "addresses.0.city": 1 },
  // @ts-expect-error there is no such value
  { kind: "c" },
  // @ts-expect-error there is no such value in a list
  { kind: { $in: ["c"] } },
  // @ts-expect-error an item is a text
  { tags: 1 },
  // @ts-expect-error there is no such field in what an item satisfies
  { addresses: { $elemMatch: { cit: "x" } } },
  // @ts-expect-error filters inside filters are checked
  { $or: [{ nam: "x" }] },
  // @ts-expect-error values below are numbers
  { "meta.whatever": "x" },
  // @ts-expect-error a field that is always there is never null
  { name: null },
  // @ts-expect-error paths through the same type are checked
  { "parent.parent.nam": "x" },
];

/** Filter without a schema accepts everything. */
export const filters: Filter<Document>[] = [{ a: 1 }, { "a.b": { $gt: 1 } }, { $or: [{ x: 1 }] }];
export const loose: { [key: string]: unknown } = { name: "x" };
export const assigned: Filter<Person> = loose as Document;
