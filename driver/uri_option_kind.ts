import type { Compressor, TagSet } from "./client_options.ts";
import { MongoParseError } from "./error.ts";
import { decode } from "./uri_syntax.ts";

/** How the values of an option are written. */
export interface OptionKind<T> {
  /** For messages: what a right value is. */
  readonly expected: string;
  /** Whether a value may stand in a message. */
  readonly isSecret?: boolean;
  /** Whether a repeated option adds to the first one instead of replacing it. */
  readonly isList?: boolean;
  /** Whether repeating the option is an error instead of a warning. */
  readonly isUnique?: boolean;
  /**
   * Reads a value that is still percent-encoded; null if it is not one. `warn` takes what is right but should not be.
   */
  parse(encoded: string, warn: (text: string) => void): T | null;
}

/** Any text but the empty one. */
export const text: OptionKind<string> = {
  expected: "a text",
  parse: (encoded) => decode(encoded, "an option's value") || null,
};

/** A database's name, whose absence after `=` is an error (authentication specification). */
export const authSource: OptionKind<string> = {
  expected: "a database's name",
  parse(encoded) {
    if (encoded === "") throw new MongoParseError("Empty authSource, expected a database's name");
    return decode(encoded, "authSource");
  },
};

const TRUE_ALIASES = ["1", "yes", "y", "t"];
const FALSE_ALIASES = ["0", "-1", "no", "n", "f"];

/** `true` or `false`, and with a warning their old aliases. */
export const boolean: OptionKind<boolean> = {
  expected: '"true" or "false"',
  parse(encoded, warn) {
    if (encoded === "true") return true;
    if (encoded === "false") return false;
    const value = TRUE_ALIASES.includes(encoded);
    if (!value && !FALSE_ALIASES.includes(encoded)) return null;
    warn(`deprecated value "${encoded}", please write "${value}"`);
    return value;
  },
};

const MAX_INT32 = 2 ** 31 - 1;

/** A whole number from `min` to `max`, and `also`. */
export function integer(min: number, max = MAX_INT32, also?: number): OptionKind<number> {
  const range = max === MAX_INT32 ? `an integer of at least ${min}` : `an integer from ${min} to ${max}`;
  return {
    expected: also === undefined ? range : `${range}, or ${also}`,
    parse(encoded) {
      if (!/^[+-]?\d{1,16}$/.test(encoded)) return null;
      const value = Number(encoded);
      return (value >= min && value <= max) || value === also ? value : null;
    },
  };
}

/** One of some words, exactly as they are written. */
export function oneOf<const T extends string>(words: readonly T[]): OptionKind<T> {
  return {
    expected: `one of ${words.join(", ")}`,
    parse(encoded) {
      const value = decode(encoded, "an option's value");
      return words.find((word) => word === value) ?? null;
    },
  };
}

const COMPRESSORS: readonly Compressor[] = ["snappy", "zlib", "zstd"];

/** A list of compressors, without those that are not known. */
export const compressors: OptionKind<readonly Compressor[]> = {
  expected: `a list of ${COMPRESSORS.join(", ")}`,
  parse(encoded, warn) {
    const known = new Set<Compressor>();
    for (const name of decode(encoded, "compressors").split(",")) {
      const compressor = COMPRESSORS.find((candidate) => candidate === name);
      if (compressor === undefined) warn(`unknown compressor "${name}"`);
      else known.add(compressor);
    }
    return known.size === 0 ? null : [...known];
  },
};

/** A number of members, or the name of a mode. */
export const writeConcernW: OptionKind<number | string> = {
  expected: "a non-negative integer or a mode's name",
  parse(encoded) {
    const value = decode(encoded, "w");
    if (!/^[+-]?\d+$/.test(value)) return value || null;
    return integer(0).parse(value, () => {});
  },
};

/** Tag sets, one for each time the option is given; the empty text is the empty set. */
export const tagSets: OptionKind<readonly TagSet[]> = {
  expected: "name:value pairs such as dc:ny,rack:1",
  isList: true,
  parse(encoded) {
    const tags = encoded === "" ? {} : parsePairs(encoded, "readPreferenceTags");
    return tags === null ? null : [tags];
  },
};

/** Properties of an authentication mechanism; the names count without case. */
export const mechanismProperties: OptionKind<Readonly<Record<string, string>>> = {
  expected: "NAME:value pairs such as SERVICE_NAME:mongodb",
  isSecret: true,
  parse(encoded, warn) {
    const pairs = parsePairs(encoded, "authMechanismProperties");
    if (pairs === null) return null;
    if (Object.values(pairs).some((value) => value.includes(","))) {
      warn("a comma in a value, which other drivers may take for the end of it");
    }
    return Object.fromEntries(
      Object.entries(pairs).map(([name, value]) => [name.toUpperCase(), value]),
    );
  },
};

/**
 * Splits `name:value,name:value`. The separators may themselves be encoded, as `encodeURIComponent` does to a whole
 * value; if any colon is not, only plain commas separate.
 */
function parsePairs(encoded: string, option: string): Record<string, string> | null {
  const pairs = encoded.includes(":")
    ? encoded.split(",").map((pair) => decode(pair, option))
    : decode(encoded, option).split(",");
  const result: Record<string, string> = {};
  for (const pair of pairs) {
    const colon = pair.indexOf(":");
    if (colon <= 0) return null;
    result[pair.slice(0, colon)] = pair.slice(colon + 1);
  }
  return result;
}
