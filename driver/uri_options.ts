import type { MongoClientOptions } from "./client_options.ts";
import { MongoParseError } from "./error.ts";
import type { OptionKind } from "./uri_option_kind.ts";
import { URI_OPTION_ALIASES, URI_OPTIONS } from "./uri_option_table.ts";
import { decode, type UriOption } from "./uri_syntax.ts";

/** What the options of a connection string say. */
export interface ParsedUriOptions {
  /** Only what the string gives, no defaults. */
  readonly options: MongoClientOptions;
  /** What was left out or should be written otherwise, one sentence each; no secrets. */
  readonly warnings: string[];
  /** Options that are none of ours, decoded, under their names in lower case. */
  readonly unknownOptions: Record<string, string>;
}

type OptionName = keyof MongoClientOptions;

/** One mention of an option. */
interface Mention {
  /** As the string has it. */
  readonly key: string;
  readonly value: string;
  readonly isDeprecated: boolean;
}

const NAMES_IN_LOWER_CASE: ReadonlyMap<string, OptionName> = new Map(
  (Object.keys(URI_OPTIONS) as OptionName[]).map((name) => [name.toLowerCase(), name]),
);

/**
 * Reads options after the URI options specification: unknown options and bad values are left out with a warning, of
 * repeated ones the last counts. Throws {@linkcode MongoParseError} for what the specification calls an error.
 */
export function parseUriOptions(pairs: readonly UriOption[]): ParsedUriOptions {
  const mentions = new Map<OptionName, Mention[]>();
  const parsed: ParsedUriOptions = { options: {}, warnings: [], unknownOptions: {} };
  for (const { key, value } of pairs) {
    const found = findOption(key);
    if (found === null) {
      parsed.unknownOptions[key.toLowerCase()] = decode(value, "an option's value");
      parsed.warnings.push(`Unsupported option ${printable(key)} was ignored`);
    } else {
      const { name, isDeprecated, rewrite } = found;
      const mention = { key, value: rewrite ? rewrite(value) : value, isDeprecated };
      mentions.set(name, [...mentions.get(name) ?? [], mention]);
    }
  }
  const options: Record<string, unknown> = {};
  for (const [name, all] of mentions) {
    const value = readOption(name, withoutReplaced(name, all, parsed.warnings), parsed.warnings);
    if (value !== null) options[name] = value;
  }
  return { ...parsed, options };
}

/** Whether `a` and `b` name the same option. */
export function isSameOption(a: string, b: string): boolean {
  return (findOption(a)?.name ?? a.toLowerCase()) === (findOption(b)?.name ?? b.toLowerCase());
}

function findOption(key: string) {
  const lower = key.toLowerCase();
  const name = NAMES_IN_LOWER_CASE.get(lower);
  return name === undefined ? URI_OPTION_ALIASES.get(lower) ?? null : { name, isDeprecated: false, rewrite: undefined };
}

/** Drops deprecated mentions if the option is there under its own name, too. */
function withoutReplaced(name: OptionName, all: Mention[], warnings: string[]): Mention[] {
  const current = all.filter((mention) => !mention.isDeprecated);
  for (const { key, isDeprecated } of all) {
    if (!isDeprecated) continue;
    warnings.push(
      current.length > 0
        ? `Deprecated option "${key}" was ignored, "${name}" is there as well`
        : `Deprecated option "${key}", please write "${name}"`,
    );
  }
  return current.length > 0 ? current : all;
}

function readOption(name: OptionName, mentions: Mention[], warnings: string[]): unknown {
  const kind: OptionKind<unknown> = URI_OPTIONS[name];
  const values = mentions.map((mention) => readMention(kind, mention, warnings))
    .filter((value) => value !== null);
  if (kind.isList) return values.length > 0 ? values.flat() : null;
  if (mentions.length > 1) judgeRepetition(name, kind, values, warnings);
  return values.at(-1) ?? null;
}

function readMention(kind: OptionKind<unknown>, { key, value }: Mention, warnings: string[]) {
  const warn = (text: string) => warnings.push(`Option "${key}" has ${text}`);
  const read = kind.parse(value, warn);
  if (read === null) {
    const actual = kind.isSecret ? "" : ` ${JSON.stringify(value)}`;
    warnings.push(`Invalid value${actual} of option "${key}" was ignored, expected ${kind.expected}`);
  }
  return read;
}

function judgeRepetition(
  name: OptionName,
  kind: OptionKind<unknown>,
  values: readonly unknown[],
  warnings: string[],
): void {
  if (kind.isUnique) {
    throw new MongoParseError(`Option "${name}" is given more than once, expected it once`);
  }
  if (name !== "tls") {
    warnings.push(`Option "${name}" is given more than once, the last one counts`);
  } else if (new Set(values).size > 1) {
    throw new MongoParseError('Options "tls" and "ssl" contradict each other, expected one value');
  }
}

/** A name that may stand in a message; anything odd may be part of an unescaped password. */
function printable(key: string): string {
  return /^\w{1,64}$/.test(key) ? `"${key}"` : "with an odd name";
}
