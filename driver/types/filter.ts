import type { Document } from "../../codec/bson_types.ts";
import type { Binary, BSONRegExp, BSONTypeAlias } from "./bson_values.ts";
import type { IndexSegment, Leaf, PathEntry } from "./paths.ts";
import type { IsAny, WithId } from "./schema_id.ts";

/**
 * What a document must satisfy: values or operators for the fields of `TSchema`, at any depth in dot notation, and the
 * operators that stand beside fields. Fields and operators that are not there do not compile; without a schema
 * everything does.
 *
 * @example
 * ```ts
 * import type { Filter } from "@torana/mongo";
 *
 * interface Person {
 *   name: string;
 *   addresses: { city: string }[];
 * }
 * const filter: Filter<Person> = { name: /^a/, "addresses.city": { $in: ["Berlin", "Pune"] } };
 * ```
 */
export type Filter<TSchema> = IsAny<
  TSchema,
  Document,
  string extends keyof TSchema ? Document : FieldFilter<WithId<TSchema>> & RootFilterOperators<WithId<TSchema>>
>;

/** Conditions on the fields of `T`, at any depth, without the operators that stand beside fields. */
export type FieldFilter<T> = {
  readonly [E in PathEntry<T, IndexSegment, true> as E[0]]?: Condition<E[1]>;
};

/** The operators that stand beside fields. */
export interface RootFilterOperators<TSchema> {
  /** All of them hold. */
  readonly $and?: readonly Filter<TSchema>[];
  /** None of them holds. */
  readonly $nor?: readonly Filter<TSchema>[];
  /** One of them holds. */
  readonly $or?: readonly Filter<TSchema>[];
  /** Words to be found by the text index. */
  readonly $text?: {
    readonly $search: string;
    readonly $language?: string;
    readonly $caseSensitive?: boolean;
    readonly $diacriticSensitive?: boolean;
  };
  /** JavaScript that the server runs for each document. */
  readonly $where?: string | ((this: TSchema) => boolean);
  /** What the server's logs say of the query. */
  readonly $comment?: string | Document;
  /** An aggregation expression that is true. */
  readonly $expr?: unknown;
  /** A schema that the document meets. */
  readonly $jsonSchema?: Document;
  /** The share of the documents to take, at random. */
  readonly $sampleRate?: number;
}

/** A value that a field has, or operators on it. A field that may be absent can be asked for with `null`. */
export type Condition<T> = IsAny<
  T,
  T,
  unknown extends T ? unknown : Matchable<T> | FilterOperators<T>
>;

/** What a field of type `T` can be compared with: a text also with a pattern, an array also with one of its items. */
export type Matchable<T> =
  | TextOrPattern<NonNullable<T>>
  | (NonNullable<T> extends ReadonlyArray<infer Item> ? TextOrPattern<NonNullable<Item>> : never)
  | (undefined extends T ? null : never)
  | Extract<T, null>;

/** `T`, and if it is a text, patterns. */
export type TextOrPattern<T> = T extends string ? T | RegExp | BSONRegExp : T;

/** The items of `T` where it is an array, else `T`. */
export type Flatten<T> = T extends ReadonlyArray<infer Item> ? Item : T;

/** Bits, as a number, as bytes or as their positions. */
export type BitwiseFilter = number | Binary | readonly number[];

/** The operators on a field of type `T`. */
export interface FilterOperators<T> {
  /** Equal. */
  readonly $eq?: Matchable<T>;
  /** Greater. */
  readonly $gt?: Matchable<T>;
  /** Greater or equal. */
  readonly $gte?: Matchable<T>;
  /** One of these. */
  readonly $in?: readonly Matchable<T>[];
  /** Less. */
  readonly $lt?: Matchable<T>;
  /** Less or equal. */
  readonly $lte?: Matchable<T>;
  /** Not equal. */
  readonly $ne?: Matchable<T> | null;
  /** None of these. */
  readonly $nin?: readonly (Matchable<T> | null)[];
  /** The operators do not hold. */
  readonly $not?: FilterOperators<T> | (Flatten<NonNullable<T>> extends string ? RegExp | BSONRegExp : never);
  /** Whether the field is there. */
  readonly $exists?: boolean;
  /** The BSON type or types that the value has. */
  readonly $type?: number | BSONTypeAlias | readonly (number | BSONTypeAlias)[];
  /** Divisor and remainder. */
  readonly $mod?: OnlyFor<T, number | bigint | object, readonly [number, number]>;
  /** A pattern that the text fits. */
  readonly $regex?: OnlyFor<T, string, RegExp | BSONRegExp | string>;
  /** Options of `$regex`. */
  readonly $options?: OnlyFor<T, string, string>;
  /** A shape that is met. */
  readonly $geoIntersects?: { readonly $geometry: Document };
  /** A shape that lies around it. */
  readonly $geoWithin?: Document;
  /** A point, nearest first. */
  readonly $near?: unknown;
  /** A point on a sphere, nearest first. */
  readonly $nearSphere?: unknown;
  /** How far at most, beside `$near`. */
  readonly $maxDistance?: number;
  /** How far at least, beside `$near`. */
  readonly $minDistance?: number;
  /** The array has all of these. */
  readonly $all?: readonly (Flatten<Matchable<T>> | ElemMatch<T>)[];
  /** One item satisfies all of this. */
  readonly $elemMatch?: NonNullable<T> extends ReadonlyArray<infer Item> ? ItemFilter<Item> : never;
  /** How many items the array has. */
  readonly $size?: NonNullable<T> extends readonly unknown[] ? number : never;
  /** These bits are 0. */
  readonly $bitsAllClear?: BitwiseFilter;
  /** These bits are 1. */
  readonly $bitsAllSet?: BitwiseFilter;
  /** One of these bits is 0. */
  readonly $bitsAnyClear?: BitwiseFilter;
  /** One of these bits is 1. */
  readonly $bitsAnySet?: BitwiseFilter;
}

/** `Value` where `T`, or its items, may be a `Kind`. */
export type OnlyFor<T, Kind, Value> = Extract<Flatten<NonNullable<T>>, Kind> extends never ? never : Value;

/** `$elemMatch` as an item of `$all`. */
export type ElemMatch<T> = NonNullable<T> extends ReadonlyArray<infer Item> ? { readonly $elemMatch: ItemFilter<Item> }
  : never;

/** Conditions on the item of an array: operators, and for an object conditions on its fields. */
export type ItemFilter<Item> = IsAny<
  Item,
  Document,
  NonNullable<Item> extends Leaf ? FilterOperators<Item>
    : NonNullable<Item> extends readonly unknown[] ? FilterOperators<Item>
    : FieldFilter<NonNullable<Item>> & Pick<RootFilterOperators<NonNullable<Item>>, "$expr" | "$where"> & {
      readonly $and?: readonly ItemFilter<Item>[];
      readonly $or?: readonly ItemFilter<Item>[];
      readonly $nor?: readonly ItemFilter<Item>[];
    }
>;
