import type { IndexSegment, PathEntry } from "./paths.ts";
import type { IsAny, WithId } from "./schema_id.ts";

/**
 * Which fields to give: 1 or `true` for those to give, 0 or `false` for those to leave out, expressions for those to
 * compute, under names of their own too.
 */
export type Projection<TSchema> = IsAny<
  TSchema,
  Readonly<Record<string, unknown>>,
  string extends keyof TSchema ? Readonly<Record<string, unknown>>
    : { readonly [E in PathEntry<WithId<TSchema>, IndexSegment | "$", true> as E[0]]?: ProjectionValue }
>;

/** Whether a field is given, or what stands in its place. */
export type ProjectionValue = 0 | 1 | boolean | string | object;
