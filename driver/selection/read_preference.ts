import type { ReadPreferenceMode, TagSet } from "../client_options.ts";
import { MongoAPIError } from "../error.ts";

export type { ReadPreferenceMode, TagSet } from "../client_options.ts";

/** Which servers are right for a read (server selection specification, "Read Preference"). */
export interface ReadPreference {
  /** How members of a replica set are chosen; a standalone server and a `mongos` suit every mode. */
  readonly mode: ReadPreferenceMode;
  /** Tried in order; the first that matches a server decides. @default {[{}]} */
  readonly tags?: readonly TagSet[];
  /** Largest replication lag accepted, in seconds; absent or -1 means any. */
  readonly maxStalenessSeconds?: number;
  /** Passed on to a mongos. */
  readonly hedge?: { readonly enabled?: boolean };
}

/** Reads and writes that only the primary can serve. */
export const PRIMARY: ReadPreference = { mode: "primary" };

/** Throws `MongoAPIError` if the parts of a read preference do not go together. */
export function validateReadPreference(preference: ReadPreference): void {
  if (preference.mode !== "primary") return;
  if (preference.tags?.some((tags) => Object.keys(tags).length > 0)) {
    throw new MongoAPIError("Read preference primary cannot be combined with tags");
  }
  if ((preference.maxStalenessSeconds ?? -1) > 0) {
    throw new MongoAPIError("Read preference primary cannot be combined with maxStalenessSeconds");
  }
}

/** Says whether the mode alone decides, so that equal modes mean equal choices. */
export function isPlain(preference: ReadPreference): boolean {
  return preference.tags === undefined && preference.maxStalenessSeconds === undefined;
}
