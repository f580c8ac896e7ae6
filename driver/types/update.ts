import type { Document } from "../../codec/bson_types.ts";
import type { IntegerType, NumericType, Timestamp } from "./bson_values.ts";
import type { FilterOperators, Flatten, ItemFilter } from "./filter.ts";
import type { Leaf, PathEntry, PositionalSegment } from "./paths.ts";
import type { IsAny, OptionalId, WithId } from "./schema_id.ts";
import type { Sort } from "./sort.ts";

/**
 * Operators that change a document of `TSchema`. Fields, at any depth in dot notation, operators and values that do not
 * fit do not compile; without a schema everything does.
 *
 * @example
 * ```ts
 * import type { UpdateFilter } from "@torana/mongo";
 *
 * interface Person {
 *   name: string;
 *   visits: number;
 *   tags: string[];
 * }
 * const update: UpdateFilter<Person> = { $inc: { visits: 1 }, $push: { tags: { $each: ["new"], $slice: -10 } } };
 * ```
 */
export interface UpdateFilter<TSchema> {
  /** Sets fields to the server's time. */
  readonly $currentDate?: OnlyFieldsOfType<TSchema, Date | Timestamp, true | { readonly $type: "date" | "timestamp" }>;
  /** Adds to numbers. */
  readonly $inc?: OnlyFieldsOfType<TSchema, NumericType, NumericType>;
  /** Sets fields that are greater. */
  readonly $min?: MatchKeysAndValues<TSchema>;
  /** Sets fields that are less. */
  readonly $max?: MatchKeysAndValues<TSchema>;
  /** Multiplies numbers. */
  readonly $mul?: OnlyFieldsOfType<TSchema, NumericType, NumericType>;
  /** Renames fields. */
  readonly $rename?: OnlyFieldsOfType<TSchema, unknown, string>;
  /** Sets fields. */
  readonly $set?: MatchKeysAndValues<TSchema>;
  /** Sets fields of a document that the update inserts. */
  readonly $setOnInsert?: MatchKeysAndValues<WithId<TSchema>>;
  /** Takes fields away. */
  readonly $unset?: OnlyFieldsOfType<TSchema, unknown, "" | true | 1>;
  /** Adds what is not in the array yet. */
  readonly $addToSet?: ArrayFields<TSchema, "add">;
  /** Takes the last item (1) or the first (-1) away. */
  readonly $pop?: OnlyFieldsOfType<TSchema, readonly unknown[], 1 | -1>;
  /** Takes items away that satisfy something. */
  readonly $pull?: ArrayFields<TSchema, "pull">;
  /** Appends items. */
  readonly $push?: ArrayFields<TSchema, "push">;
  /** Takes these items away. */
  readonly $pullAll?: ArrayFields<TSchema, "pullAll">;
  /** Changes bits. */
  readonly $bit?: OnlyFieldsOfType<
    TSchema,
    NumericType,
    { readonly and: IntegerType } | { readonly or: IntegerType } | { readonly xor: IntegerType }
  >;
}

/** Every path that an update can name, with the type of what is there. */
export type UpdateEntry<TSchema> = string extends keyof TSchema ? [string, unknown]
  : PathEntry<TSchema, PositionalSegment, false>;

/** New values for fields, at any depth. */
export type MatchKeysAndValues<TSchema> = IsAny<
  TSchema,
  Document,
  string extends keyof TSchema ? Document : { readonly [E in UpdateEntry<TSchema> as E[0]]?: E[1] }
>;

/** `Value` for each field that is a `FieldType`, or may be one. */
export type OnlyFieldsOfType<TSchema, FieldType, Value> = IsAny<
  TSchema,
  Readonly<Record<string, Value>>,
  string extends keyof TSchema ? Readonly<Record<string, Value>>
    : { readonly [E in UpdateEntry<TSchema> as KeyIfType<E, FieldType>]?: Value }
>;

/** The path of an entry whose type is a `FieldType`, or unknown. */
export type KeyIfType<Entry extends [string, unknown], FieldType> = unknown extends Entry[1] ? Entry[0]
  : NonNullable<Entry[1]> extends FieldType ? Entry[0]
  : never;

/** What each operator on arrays takes for an array of `Item`. */
export interface ArrayOperand<Item> {
  /** Of `$addToSet`. */
  readonly add: NewItem<Item> | { readonly $each: readonly NewItem<Item>[] };
  /** Of `$push`. */
  readonly push: NewItem<Item> | ArrayOperator<Item>;
  /** Of `$pull`. */
  readonly pull: Item | FilterOperators<Item> | ItemFilter<Item>;
  /** Of `$pullAll`. */
  readonly pullAll: readonly Item[];
}

/** How `$push` appends several items. */
export interface ArrayOperator<Item> {
  /** The items. */
  readonly $each: readonly NewItem<Item>[];
  /** How many to keep: the first of them, or with a negative number the last. */
  readonly $slice?: number;
  /** Where to put them, rather than at the end. */
  readonly $position?: number;
  /** How to sort the array afterwards. */
  readonly $sort?: Sort | 1 | -1;
}

/** An item to be added; an object may leave its `_id` out. */
export type NewItem<Item> = IsAny<Item, Item, Item extends Leaf | readonly unknown[] ? Item : Item | OptionalId<Item>>;

/** The operand of one kind for each array. */
export type ArrayFields<TSchema, Kind extends keyof ArrayOperand<unknown>> = IsAny<
  TSchema,
  Document,
  string extends keyof TSchema ? Document : {
    readonly [E in UpdateEntry<TSchema> as KeyIfType<E, readonly unknown[]>]?: ArrayOperand<
      Flatten<NonNullable<E[1]>>
    >[Kind];
  }
>;
