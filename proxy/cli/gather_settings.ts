import { ConfigError } from "./config_error.ts";
import { type Environment, expandVariables } from "./expand_variables.ts";
import {
  FLAG_KEYS,
  type FlagKey,
  flagName,
  flagOf,
  type FlagValues,
  isAllowedIn,
  LISTEN_KEY,
  VARIABLE_PREFIX,
  variableName,
} from "./flags.ts";
import { nearest } from "./nearest.ts";
import { parseCommandLine } from "./parse_command_line.ts";
import { type ConfigFile, readConfigFile } from "./read_config_file.ts";
import { type PairText, splitPairs } from "./split_pairs.ts";

/** Everything from outside that the configuration is made of. */
export interface ConfigInputs {
  /** The arguments after the program's name. */
  readonly args: readonly string[];
  readonly env: Environment;
  /** Reads a text file, or throws. */
  readonly readFile: (path: string) => string;
}

/** Every flag's value and the pairs, and where each is from. */
export interface Settings {
  readonly values: FlagValues;
  /** For people: the flag, the variable, the file, dvara, or null where the default holds. */
  readonly origins: Readonly<Record<FlagKey, string | null>>;
  readonly pairs: readonly PairText[];
  readonly pairsOrigin: string;
  /** Of what has no effect, or looks like a setting and is none; no secrets. */
  readonly warnings: readonly string[];
}

interface Setting {
  readonly value: unknown;
  readonly origin: string | null;
}

/**
 * Gathers the settings: the command line goes before the environment, the environment before the file, the file before
 * the defaults; an empty environment variable is as good as none. `${NAME}` is replaced in the command line, in the
 * file and in the pairs. Throws {@linkcode ConfigError}.
 */
export function gatherSettings({ args, env, readFile }: ConfigInputs): Settings {
  const { flags, pairs, defaults, warnings } = parseCommandLine(args);
  const fromArgs = (key: FlagKey): Setting | null => {
    const text = flags.get(key);
    const origin = `Flag --${flagName(key)}`;
    return text === undefined ? null : read(key, expandVariables(text, env, origin), origin);
  };
  const fromEnv = (key: FlagKey): Setting | null => {
    const name = variableName(key);
    const text = isAllowedIn(key, "environment") ? env[name] : undefined;
    return text ? read(key, text, `Variable ${name}`) : null;
  };
  const fromCaller = (key: FlagKey) => fromArgs(key) ?? fromEnv(key);
  const path = fromCaller("config")?.value as string | undefined;
  const file = path ? readFileText(path, readFile, env) : null;
  const settings = FLAG_KEYS.map((key) =>
    [key, fromCaller(key) ?? fromFile(key, file, path) ?? fallback(key, defaults)] as const
  );
  return {
    values: Object.fromEntries(settings.map(([key, { value }]) => [key, value])) as unknown as FlagValues,
    origins: Object.fromEntries(settings.map(([key, { origin }]) => [key, origin])) as Settings["origins"],
    ...choosePairs(pairs, env, file, path),
    warnings: [...warnings, ...misspeltVariables(env)],
  };
}

/** A cluster sets `TORANA_PORT` for a service called torana. */
const FOREIGN_VARIABLE = "PORT";

/** Others may share the prefix. */
function misspeltVariables(env: Environment): string[] {
  const keys = [LISTEN_KEY, ...FLAG_KEYS.filter((key) => isAllowedIn(key, "environment"))] as const;
  const known = keys.map((key) => variableName(key).slice(VARIABLE_PREFIX.length));
  return Object.keys(env).filter((name) => name.startsWith(VARIABLE_PREFIX)).flatMap((name) => {
    const given = name.slice(VARIABLE_PREFIX.length);
    const isOther = known.includes(given) || given === FOREIGN_VARIABLE;
    const meant = isOther ? null : nearest(given, known);
    return meant === null ? [] : [`Variable ${name} was ignored, ${VARIABLE_PREFIX}${meant} is meant perhaps`];
  });
}

function read(key: FlagKey, text: string, origin: string): Setting {
  const { kind, isSecret } = flagOf(key);
  const value = kind.parse(text);
  if (value !== null) return { value, origin };
  const found = isSecret ? "cannot be used" : `is ${JSON.stringify(text.slice(0, 60))}`;
  throw new ConfigError(`${origin} ${found}, expected ${kind.expected}`);
}

function fromFile(key: FlagKey, file: ConfigFile | null, path: string | undefined): Setting | null {
  return file?.values.has(key) ? { value: file.values.get(key), origin: `File ${path}` } : null;
}

function fallback(key: FlagKey, defaults: ReadonlyMap<FlagKey, string>): Setting {
  const text = defaults.get(key);
  return text === undefined ? { value: flagOf(key).default, origin: null } : read(key, text, "Default of dvara");
}

function readFileText(path: string, readFile: ConfigInputs["readFile"], env: Environment): ConfigFile {
  let text;
  try {
    text = readFile(path);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ConfigError(`Cannot read the file ${path} of --config: ${reason}`, { cause });
  }
  return readConfigFile(text, path, (value, place) => expandVariables(value, env, place));
}

/** The pairs of the first place that has any. */
function choosePairs(
  args: readonly string[],
  env: Environment,
  file: ConfigFile | null,
  path: string | undefined,
): Pick<Settings, "pairs" | "pairsOrigin"> {
  const fromArgs = args.flatMap((text, index) => splitPairs(text, env, `argument ${index + 1}`));
  if (fromArgs.length > 0) return { pairs: fromArgs, pairsOrigin: "Command line" };
  const name = variableName(LISTEN_KEY);
  const fromEnv = splitPairs(env[name] ?? "", env, name);
  if (fromEnv.length > 0) return { pairs: fromEnv, pairsOrigin: `Variable ${name}` };
  return { pairs: file?.pairs ?? [], pairsOrigin: path ? `File ${path}` : "Command line" };
}
