import { parseArgs } from "@std/cli";
import { ConfigError } from "./config_error.ts";
import { DVARA_ALIASES, DVARA_FLAGS, translateDvara } from "./dvara_flags.ts";
import type { FlagKind } from "./flag_kind.ts";
import { FLAG_KEYS, type FlagKey, flagName, flagOf } from "./flags.ts";
import { nearest } from "./nearest.ts";
import { refusedFlag } from "./refused_flags.ts";

/** The arguments of the program, nothing in them interpreted yet. */
export interface CommandLine {
  /** Text of each flag that is given; of repeated ones the last. */
  readonly flags: ReadonlyMap<FlagKey, string>;
  /** Arguments that are no flags: `address=uri` pairs. */
  readonly pairs: readonly string[];
  /** Defaults in place of ours, for a command line that is dvara's. */
  readonly defaults: ReadonlyMap<FlagKey, string>;
  /** Of flags without effect. */
  readonly warnings: readonly string[];
}

const KEYS_BY_NAME: ReadonlyMap<string, FlagKey> = new Map([
  ...FLAG_KEYS.map((key) => [flagName(key), key] as const),
  ["h", "help"],
  ...DVARA_ALIASES,
]);
const NAMES: readonly string[] = [...KEYS_BY_NAME.keys(), ...DVARA_FLAGS.keys()];

/**
 * Takes the command line apart. Flags have one or two dashes, an underscore in their names is as good as a dash, their
 * values come after `=` or as the next argument, and they may stand before, between and after the pairs; after `--`
 * everything is a pair. Throws {@linkcode ConfigError} for an unknown flag and for one without its value.
 */
export function parseCommandLine(args: readonly string[]): CommandLine {
  const { own, dvara } = joinFlags(args);
  const parsed = parseArgs([...own], { string: ["_", ...KEYS_BY_NAME.values()] });
  const { flags: translated, defaults, warnings } = translateDvara(dvara);
  const flags = new Map<FlagKey, string>();
  for (const key of FLAG_KEYS) {
    const value = parsed[key] ?? translated.get(key);
    if (value !== undefined) flags.set(key, String(value));
    if (parsed[key] !== undefined && translated.has(key)) throw new ConfigError(givenTwice(key));
  }
  return { flags, pairs: parsed._.map(String), defaults, warnings };
}

function givenTwice(key: FlagKey): string {
  return `Flag --${flagName(key)} and dvara's flag for the same are both given, expected one of them`;
}

interface JoinedFlags {
  /** Our own flags, every one in the form that splits in one way whatever its value looks like: `--key=value`. */
  readonly own: readonly string[];
  /** Values of dvara's by name. */
  readonly dvara: ReadonlyMap<string, string>;
}

function joinFlags(args: readonly string[]): JoinedFlags {
  const own: string[] = [];
  const dvara = new Map<string, string>();
  for (let index = 0; index < args.length; index++) {
    const argument = args[index]!;
    if (argument === "--") return { own: [...own, ...args.slice(index)], dvara };
    const flag = splitFlag(argument);
    if (flag === null) {
      own.push(argument);
      continue;
    }
    const known = find(flag, index);
    const value = flag.value ?? (known.kind.placeholder === "" ? "true" : valueAfter(known, args[++index]));
    if (known.key === null) dvara.set(known.name, value);
    else own.push(`--${known.key}=${value}`);
  }
  return { own, dvara };
}

interface FlagParts {
  readonly dashes: string;
  /** As it is written. */
  readonly written: string;
  /** With dashes for underscores. */
  readonly name: string;
  readonly value: string | null;
}

function splitFlag(argument: string): FlagParts | null {
  const match = /^(--?)([^=]+)(?:=(.*))?$/s.exec(argument);
  if (match === null) return null;
  const [, dashes = "", written = "", value = null] = match;
  return { dashes, written, name: written.replaceAll("_", "-"), value };
}

/** A flag that there is. */
interface KnownFlag {
  /** `null` for one of dvara's. */
  readonly key: FlagKey | null;
  /** For messages and as the key of dvara's. */
  readonly name: string;
  readonly kind: Pick<FlagKind<unknown>, "expected" | "placeholder">;
}

function find(flag: FlagParts, index: number): KnownFlag {
  const key = KEYS_BY_NAME.get(flag.name);
  if (key !== undefined) return { key, name: flagName(key), kind: flagOf(key).kind };
  const dvara = DVARA_FLAGS.get(flag.name);
  if (dvara !== undefined) return { key: null, name: flag.name, kind: dvara.kind };
  const refusal = refusedFlag(flag.name);
  if (refusal !== null) throw new ConfigError(refusal);
  const meant = nearest(flag.name, NAMES);
  throw new ConfigError(
    `Unknown flag ${printable(flag, index)}, ${meant === null ? "--help lists all" : `expected --${meant} perhaps`}`,
  );
}

/** Other programs take a password right after -p: such an argument is told by its place alone. */
function printable({ dashes, written }: FlagParts, index: number): string {
  const isPlain = /^[a-z][a-z_-]*$/i.test(written) && (dashes === "--" || !/^p/i.test(written));
  return isPlain ? `${dashes}${written}` : `in argument ${index + 1}`;
}

function valueAfter({ name, kind }: KnownFlag, next: string | undefined): string {
  const flag = next === undefined ? null : splitFlag(next);
  if (next !== undefined && (flag === null || !NAMES.includes(flag.name))) return next;
  const found = flag === null ? "nothing" : `the flag ${flag.dashes}${flag.written}`;
  throw new ConfigError(`Flag --${name} has no value, expected ${kind.expected} and found ${found}`);
}
