import { ConfigError } from "./config_error.ts";
import { FLAG_KEYS, type FlagKey, flagOf, isAllowedIn, LISTEN_KEY } from "./flags.ts";
import { nearest } from "./nearest.ts";
import { type JsonObject, JsonSyntaxError, type JsonValue, parseJson } from "./parse_json.ts";
import type { PairText } from "./split_pairs.ts";

/** What a configuration file says. */
export interface ConfigFile {
  readonly values: ReadonlyMap<FlagKey, unknown>;
  /** Empty where the file has no `listen`. */
  readonly pairs: readonly PairText[];
}

/** Expands `${NAME}` in a text of the file; `place` says which. */
export type Expand = (text: string, place: string) => string;

const KEYS = FLAG_KEYS.filter((key) => isAllowedIn(key, "file"));

/**
 * Reads a configuration file's text: one object with the keys of the flags, and `listen` with a URI for each address.
 * `path` is for messages. Throws {@linkcode ConfigError} with the file, the place in it, and what would be right.
 */
export function readConfigFile(text: string, path: string, expand: Expand): ConfigFile {
  const document = parse(text, path);
  if (!(document instanceof Map)) throw new ConfigError(`${path} is ${typeName(document)}, expected a JSON object`);
  const values = new Map<FlagKey, unknown>();
  let pairs: readonly PairText[] = [];
  for (const [name, value] of document as JsonObject) {
    if (name === LISTEN_KEY) {
      pairs = readPairs(value, path, expand);
      continue;
    }
    const key = keyOf(name, path);
    const place = `${path}: ${key}`;
    values.set(key, accept(key, expandAll(value, (text) => expand(text, place)), place));
  }
  return { values, pairs };
}

function expandAll(value: JsonValue, expand: (text: string) => string): JsonValue {
  if (typeof value === "string") return expand(value);
  if (!(value instanceof Map)) return value;
  return new Map([...value as JsonObject].map(([key, item]) => [expand(key), expandAll(item, expand)]));
}

function parse(text: string, path: string): JsonValue {
  try {
    return parseJson(text);
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error;
    throw new ConfigError(`${path}:${error.line}:${error.column} is not JSON: ${error.message}`, { cause: error });
  }
}

function keyOf(name: string, path: string): FlagKey {
  const key = KEYS.find((candidate) => candidate === name);
  if (key !== undefined) return key;
  const known = [LISTEN_KEY, ...KEYS];
  const meant = nearest(name.replaceAll(/[-_]/g, ""), known);
  throw new ConfigError(
    `${path}: Unknown key ${JSON.stringify(name)}, expected ${
      meant === null ? `one of ${known.join(", ")}` : `"${meant}" perhaps`
    }`,
  );
}

function accept(key: FlagKey, json: JsonValue, place: string): unknown {
  const { kind, isSecret } = flagOf(key);
  const value = kind.accept(json);
  if (value !== null) return value;
  throw new ConfigError(`${place} is ${isSecret ? typeName(json) : describe(json)}, expected ${kind.expected}`);
}

function readPairs(listen: JsonValue, path: string, expand: Expand): PairText[] {
  const example = 'expected an object such as {":27016": "mongodb://localhost:27017"}';
  if (!(listen instanceof Map)) throw new ConfigError(`${path}: ${LISTEN_KEY} is ${typeName(listen)}, ${example}`);
  return [...listen as JsonObject].map(([address, uri], index) => {
    // The two swapped: such a key must not be shown.
    if (/:\/\/|@/.test(address)) {
      throw new ConfigError(`${path}: Key ${index + 1} of ${LISTEN_KEY} is no address, ${example}`);
    }
    const place = `${path}: ${LISTEN_KEY}[${JSON.stringify(address)}]`;
    if (typeof uri !== "string") throw new ConfigError(`${place} is ${typeName(uri)}, expected a URI as a string`);
    return { address: expand(address, place), uri: expand(uri, place) };
  });
}

/** A value that is no secret; long ones by their type. */
function describe(json: JsonValue): string {
  const isShort = typeof json !== "object" && String(json).length <= 40;
  return isShort ? `${typeName(json)} ${JSON.stringify(json)}` : typeName(json);
}

function typeName(json: JsonValue): string {
  if (json === null) return "null";
  if (Array.isArray(json)) return "an array";
  return typeof json === "object" ? "an object" : `a ${typeof json}`;
}
