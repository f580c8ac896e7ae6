/** One direction of a {@linkcode Sort}; `$meta` sorts by what the server computed, such as `textScore`. */
export type SortDirection = 1 | -1 | "asc" | "desc" | "ascending" | "descending" | { readonly $meta: string };

/** What to sort by, first key first: a name, names, names with directions, or pairs of both. */
export type Sort =
  | string
  | readonly string[]
  | { readonly [key: string]: SortDirection }
  | ReadonlyMap<string, SortDirection>
  | readonly (readonly [string, SortDirection])[]
  | readonly [string, SortDirection];
