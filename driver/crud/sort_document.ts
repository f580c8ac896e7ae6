import { MongoInvalidArgumentError } from "../error.ts";
import type { Sort, SortDirection } from "../types/sort.ts";

/** A sort as commands carry it. A map, since an object would put keys that are numbers first. */
export type SortDocument = Map<string, 1 | -1 | { readonly $meta: string }>;

/** Makes the sort of a command of what a user gave. Throws `MongoInvalidArgumentError` for an unknown direction. */
export function sortDocument(sort: Sort, direction?: SortDirection): SortDocument {
  const result: SortDocument = new Map();
  for (const [key, given] of pairs(sort, direction ?? 1)) result.set(key, directionOf(given));
  return result;
}

function pairs(sort: Sort, direction: SortDirection): Iterable<readonly [string, SortDirection]> {
  if (typeof sort === "string") return [[sort, direction]];
  if (!isList(sort)) return sort instanceof Map ? sort : Object.entries(sort);
  const [first, second] = sort;
  if (typeof first === "string" && sort.length === 2 && isDirection(second)) return [[first, second]];
  return sort.map((item) => typeof item === "string" ? [item, direction] : item as readonly [string, SortDirection]);
}

function isList(sort: Sort): sort is Extract<Sort, readonly unknown[]> {
  return Array.isArray(sort);
}

function isDirection(value: unknown): value is SortDirection {
  return typeof value !== "string" ? !Array.isArray(value) : value in NAMED;
}

const NAMED: Readonly<Record<string, 1 | -1>> = {
  "1": 1,
  asc: 1,
  ascending: 1,
  "-1": -1,
  desc: -1,
  descending: -1,
};

function directionOf(direction: SortDirection): 1 | -1 | { readonly $meta: string } {
  if (typeof direction === "object") return direction;
  const found = NAMED[String(direction).toLowerCase()];
  if (found !== undefined) return found;
  throw new MongoInvalidArgumentError(`Sort direction must be 1, -1, asc, desc or $meta, not ${direction}`);
}
