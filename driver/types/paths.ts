import type { IsAny } from "./schema_id.ts";

/** Values that have no fields of their own as far as a path is concerned. */
export type Leaf =
  | string
  | number
  | bigint
  | boolean
  | null
  | undefined
  | Date
  | RegExp
  | Uint8Array
  | ((...args: never[]) => unknown)
  | { readonly _bsontype: string };

/** How a filter names an array's item: by its number. */
export type IndexSegment = `${number}`;

/** How an update names items: by number, the matched one (`$`), all (`$[]`) or those of an array filter (`$[name]`). */
export type PositionalSegment = `${number}` | "$" | `$[${string}]`;

/** How many dots a path may have and still be checked; what lies deeper may be anything. */
export type MaxDepth = 4;

/**
 * Every path into `T` in dot notation, each with the type of what is there, as a union of pairs. A path through an array
 * has `Segment` for its item; with `Transparent` it may also pass the array by, as filters do.
 */
export type PathEntry<T, Segment extends string, Transparent extends boolean, Depth extends 0[] = []> = IsAny<
  T,
  [string, unknown],
  unknown extends T ? [string, unknown]
    : Depth["length"] extends MaxDepth ? [string, unknown]
    : T extends Leaf ? never
    : T extends ReadonlyArray<infer Item> ?
        | [Segment, Item]
        | Below<Segment, PathEntry<Item, Segment, Transparent, [...Depth, 0]>>
        | (Transparent extends true ? PathEntry<Item, Segment, Transparent, [...Depth, 0]> : never)
    : FieldEntry<T, Segment, Transparent, Depth>
>;

/** As {@linkcode PathEntry}, of an object. */
export type FieldEntry<T, Segment extends string, Transparent extends boolean, Depth extends 0[]> = {
  [Key in keyof T & string]-?:
    | [Key, T[Key]]
    | Below<Key, PathEntry<T[Key], Segment, Transparent, [...Depth, 0]>>;
}[keyof T & string];

/** The entries of what `Key` holds, as seen from where `Key` is. */
export type Below<Key extends string, Entry> = Entry extends [infer Path extends string, infer Value]
  ? [`${Key}.${Path}`, Value]
  : never;

/** An object with a key for each entry. */
export type FromEntries<Entry extends [string, unknown]> = { readonly [E in Entry as E[0]]?: E[1] };
