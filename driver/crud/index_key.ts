/** How an index orders a field, or which kind of index it is. */
export type IndexDirection = number | "2d" | "2dsphere" | "text" | "geoHaystack" | "hashed";

/** The keys of an index: names, pairs of names and directions, objects or maps, alone or several. */
export type IndexSpecification = OneIndexKey | readonly OneIndexKey[];

/** One part of an {@linkcode IndexSpecification}. */
export type OneIndexKey =
  | string
  | readonly [string, IndexDirection]
  | Readonly<Record<string, IndexDirection>>
  | ReadonlyMap<string, IndexDirection>;

/** Makes the keys of an index of what a user gave; a name alone means ascending. */
export function indexKey(specification: IndexSpecification): Map<string, IndexDirection> {
  const keys = new Map<string, IndexDirection>();
  for (const [name, direction] of parts(specification)) keys.set(name, direction);
  return keys;
}

/** The name that an index gets of its keys, e.g. `a_1_b_-1`. */
export function indexName(keys: ReadonlyMap<string, IndexDirection>): string {
  return Array.from(keys, ([name, direction]) => `${name}_${direction}`).join("_");
}

type KeyPart = readonly [string, IndexDirection];

function parts(specification: IndexSpecification): readonly KeyPart[] {
  if (typeof specification === "string") return [[specification, 1]];
  if (specification instanceof Map) return [...specification];
  if (!isList(specification)) return Object.entries(specification);
  return isPair(specification) ? [specification] : specification.flatMap(parts);
}

function isList(specification: IndexSpecification): specification is KeyPart | readonly OneIndexKey[] {
  return Array.isArray(specification);
}

const KINDS: ReadonlySet<unknown> = new Set(["2d", "2dsphere", "text", "geoHaystack", "hashed"]);

/** Two names are two keys, unless the second is the name of a kind of index. */
function isPair(list: KeyPart | readonly OneIndexKey[]): list is KeyPart {
  return list.length === 2 && typeof list[0] === "string" && (typeof list[1] === "number" || KINDS.has(list[1]));
}
