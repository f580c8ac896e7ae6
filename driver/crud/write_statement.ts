import type { Document } from "../../codec/bson_types.ts";
import { MongoCompatibilityError } from "../error.ts";
import type { ServerFacts } from "../operation/operation.ts";
import type { Sort } from "../types/sort.ts";
import { withFields } from "./command_body.ts";
import type { CollationOptions, Hint } from "./crud_options.ts";
import { sortDocument } from "./sort_document.ts";

/** What a statement of an `update` takes besides filter and update. */
export interface UpdateStatementOptions {
  /** Which items of arrays `$[name]` means. */
  readonly arrayFilters?: readonly Document[];
  /** How texts are compared. */
  readonly collation?: CollationOptions;
  /** The index to use. */
  readonly hint?: Hint;
  /** Insert a document where none matches. @default {false} */
  readonly upsert?: boolean;
  /** Which of several to change; servers from 8.0 on. */
  readonly sort?: Sort;
}

/** One statement of an `update` command. */
export function updateStatement(
  filter: Document,
  update: Document | readonly Document[],
  multi: boolean,
  options: UpdateStatementOptions,
): Document {
  const { arrayFilters, collation, hint, upsert, sort } = options;
  return withFields({ q: filter, u: update }, {
    multi: multi ? true : undefined,
    upsert: upsert === true ? true : undefined,
    arrayFilters,
    collation,
    hint,
    sort: sort === undefined ? undefined : sortDocument(sort),
  });
}

/** One statement of a `delete` command. */
export function deleteStatement(
  filter: Document,
  limit: 0 | 1,
  { collation, hint }: Pick<UpdateStatementOptions, "collation" | "hint">,
): Document {
  return withFields({ q: filter, limit }, { collation, hint });
}

/** The first wire version whose servers take a hint with every write: that of 4.4. */
const HINTS = 9;

/**
 * Throws `MongoCompatibilityError` if a hint goes to a server that does not know it, and nobody would hear of that since
 * the write is not acknowledged (CRUD specification, "hint").
 */
export function checkHint(hint: Hint | undefined, unacknowledged: boolean, facts: ServerFacts): void {
  if (hint === undefined || !unacknowledged || facts.maxWireVersion >= HINTS) return;
  throw new MongoCompatibilityError(
    `Unacknowledged writes with a hint need wire version ${HINTS}; ${facts.address} has ${facts.maxWireVersion}`,
  );
}
