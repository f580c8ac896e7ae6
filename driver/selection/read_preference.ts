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

/** What a read preference says besides its mode and its tags. */
export type ReadPreferenceOptions = Pick<ReadPreference, "maxStalenessSeconds" | "hedge">;

/** Makes read preferences, and has the plain ones: what plain objects say as well. */
export interface ReadPreferenceConstructor {
  /** Throws `MongoAPIError` if the parts do not go together. */
  new (mode: ReadPreferenceMode, tags?: readonly TagSet[], options?: ReadPreferenceOptions): ReadPreference;
  /** The mode: the primary alone. */
  readonly PRIMARY: "primary";
  /** The mode: the primary, or a secondary while there is none. */
  readonly PRIMARY_PREFERRED: "primaryPreferred";
  /** The mode: secondaries alone. */
  readonly SECONDARY: "secondary";
  /** The mode: secondaries, or the primary while there is none. */
  readonly SECONDARY_PREFERRED: "secondaryPreferred";
  /** The mode: whoever is near. */
  readonly NEAREST: "nearest";
  /** The primary alone. */
  readonly primary: ReadPreference;
  /** The primary, or a secondary while there is none. */
  readonly primaryPreferred: ReadPreference;
  /** Secondaries alone. */
  readonly secondary: ReadPreference;
  /** Secondaries, or the primary while there is none. */
  readonly secondaryPreferred: ReadPreference;
  /** Whoever is near. */
  readonly nearest: ReadPreference;
}

type ReadPreferenceParts = ReadPreference;

class MadeReadPreference implements ReadPreferenceParts {
  readonly mode: ReadPreferenceMode;

  constructor(mode: ReadPreferenceMode, tags?: readonly TagSet[], options: ReadPreferenceOptions = {}) {
    this.mode = mode;
    Object.assign(this, tags === undefined ? options : { ...options, tags });
    validateReadPreference(this);
  }
}

/** See {@linkcode ReadPreferenceConstructor}. */
export const ReadPreference: ReadPreferenceConstructor = Object.assign(
  MadeReadPreference,
  {
    PRIMARY: "primary",
    PRIMARY_PREFERRED: "primaryPreferred",
    SECONDARY: "secondary",
    SECONDARY_PREFERRED: "secondaryPreferred",
    NEAREST: "nearest",
    primary: { mode: "primary" },
    primaryPreferred: { mode: "primaryPreferred" },
    secondary: { mode: "secondary" },
    secondaryPreferred: { mode: "secondaryPreferred" },
    nearest: { mode: "nearest" },
  } as const,
);

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
