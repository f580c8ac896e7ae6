import { parseArgs } from "@std/cli";
import { ConfigError } from "./config_error.ts";
import { FLAG_KEYS, type FlagKey, flagName, flagOf } from "./flags.ts";
import { nearest } from "./nearest.ts";
import { refusedFlag } from "./refused_flags.ts";

/** The arguments of the program, nothing in them interpreted yet. */
export interface CommandLine {
  /** Text of each flag that is given; of repeated ones the last. */
  readonly flags: ReadonlyMap<FlagKey, string>;
  /** Arguments that are no flags: `address=uri` pairs. */
  readonly pairs: readonly string[];
}

const KEYS_BY_NAME: ReadonlyMap<string, FlagKey> = new Map([
  ...FLAG_KEYS.map((key) => [flagName(key), key] as const),
  ["h", "help"],
]);

/**
 * Takes the command line apart. Flags have one or two dashes, their values come after `=` or as the next argument,
 * and they may stand before, between and after the pairs; after `--` everything is a pair.
 * Throws {@linkcode ConfigError} for an unknown flag and for one without its value.
 */
export function parseCommandLine(args: readonly string[]): CommandLine {
  const parsed = parseArgs(joinFlags(args), { string: ["_", ...KEYS_BY_NAME.values()] });
  const flags = new Map<FlagKey, string>();
  for (const key of FLAG_KEYS) {
    const value = parsed[key];
    if (value !== undefined) flags.set(key, String(value));
  }
  return { flags, pairs: parsed._.map(String) };
}

/** Brings every flag into the one form that splits in one way whatever its value looks like: `--key=value`. */
function joinFlags(args: readonly string[]): string[] {
  const joined: string[] = [];
  for (let index = 0; index < args.length; index++) {
    const argument = args[index]!;
    if (argument === "--") return [...joined, ...args.slice(index)];
    const flag = splitFlag(argument);
    if (flag === null) {
      joined.push(argument);
      continue;
    }
    const key = keyOf(flag, index);
    const value = flag.value ?? (isBoolean(key) ? "true" : valueAfter(key, args[++index]));
    joined.push(`--${key}=${value}`);
  }
  return joined;
}

interface FlagParts {
  readonly dashes: string;
  readonly name: string;
  readonly value: string | null;
}

function splitFlag(argument: string): FlagParts | null {
  const match = /^(--?)([^=]+)(?:=(.*))?$/s.exec(argument);
  return match === null ? null : { dashes: match[1]!, name: match[2]!, value: match[3] ?? null };
}

function keyOf(flag: FlagParts, index: number): FlagKey {
  const key = KEYS_BY_NAME.get(flag.name);
  if (key !== undefined) return key;
  const refusal = refusedFlag(flag.name);
  if (refusal !== null) throw new ConfigError(refusal);
  const meant = nearest(flag.name, KEYS_BY_NAME.keys());
  throw new ConfigError(
    `Unknown flag ${printable(flag, index)}, ${meant === null ? "--help lists all" : `expected --${meant} perhaps`}`,
  );
}

/** Other programs take a password right after -p: such an argument is told by its place alone. */
function printable({ dashes, name }: FlagParts, index: number): string {
  const isPlain = /^[a-z][a-z-]*$/i.test(name) && (dashes === "--" || !/^p/i.test(name));
  return isPlain ? `${dashes}${name}` : `in argument ${index + 1}`;
}

function valueAfter(key: FlagKey, next: string | undefined): string {
  const flag = next === undefined ? null : splitFlag(next);
  if (next !== undefined && (flag === null || !KEYS_BY_NAME.has(flag.name))) return next;
  const found = flag === null ? "nothing" : `the flag ${flag.dashes}${flag.name}`;
  throw new ConfigError(
    `Flag --${flagName(key)} has no value, expected ${flagOf(key).kind.expected} and found ${found}`,
  );
}

function isBoolean(key: FlagKey): boolean {
  return flagOf(key).kind.placeholder === "";
}
