import type { ObjectId } from "../../codec/bson_types.ts";

/** `ResultIfAny` where `Type` is `any`, else the other. */
export type IsAny<Type, ResultIfAny, ResultIfNotAny> = true extends false & Type ? ResultIfAny : ResultIfNotAny;

/** `Omit` that keeps index signatures, and keeps the members of a union apart. */
export type EnhancedOmit<RecordOrUnion, Keys> = string extends keyof RecordOrUnion ? RecordOrUnion
  : RecordOrUnion extends unknown ? Pick<RecordOrUnion, Exclude<keyof RecordOrUnion, Keys>>
  : never;

/** The type of a schema's `_id`; `ObjectId` where the schema has none, or says nothing of it. */
export type InferIdType<TSchema> = TSchema extends { _id: infer Id } ? IsAny<Id, ObjectId, Id>
  : TSchema extends { _id?: infer Id } ? unknown extends Id ? ObjectId : NonNullable<Id>
  : ObjectId;

/** A document as it is stored: with an `_id`. */
export type WithId<TSchema> = EnhancedOmit<TSchema, "_id"> & { _id: InferIdType<TSchema> };

/** A document that may leave its `_id` to the driver. */
export type OptionalId<TSchema> = EnhancedOmit<TSchema, "_id"> & { _id?: InferIdType<TSchema> };

/** A document without its `_id`, as a replacement is given. */
export type WithoutId<TSchema> = EnhancedOmit<TSchema, "_id">;

/** What can be inserted: a schema that requires an `_id` keeps requiring it. */
export type OptionalUnlessRequiredId<TSchema> = TSchema extends { _id: unknown } ? TSchema : OptionalId<TSchema>;
