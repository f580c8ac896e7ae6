import { ConfigError } from "./config_error.ts";
import { type Environment, expandVariables } from "./expand_variables.ts";

/** One `address=uri`, as text. */
export interface PairText {
  readonly address: string;
  readonly uri: string;
}

const EXAMPLE = 'expected for example ":27016=mongodb://localhost:27017"';

/**
 * Splits one argument into its `address=uri` pairs, which `|` or a newline separates, after replacing `${NAME}`.
 * `place` says in messages where the argument is from. Throws {@linkcode ConfigError}, whose message has nothing of
 * the text itself: any part of it may belong to a password.
 */
export function splitPairs(argument: string, env: Environment, place: string): PairText[] {
  const texts = expandVariables(argument, env, place).split(/[|\n]/).map((text) => text.trim());
  return texts.filter((text) => text !== "").map((text, index) => splitPair(text, `Pair ${index + 1} of ${place}`));
}

function splitPair(text: string, place: string): PairText {
  const equals = text.indexOf("=");
  const uri = text.slice(equals + 1);
  if (equals >= 0 && isConnectionString(uri)) return { address: text.slice(0, equals).trim(), uri: uri.trim() };
  if (isConnectionString(text)) throw new ConfigError(`${place} has no address before its URI, ${EXAMPLE}`);
  if (equals >= 0) {
    throw new ConfigError(
      `${place} has no URI after its first "=", ${EXAMPLE}; within a password "|" is written %7C`,
    );
  }
  const switches = /^(true|false)$/i.test(text) ? "; a switch takes its value with =, as in --ping=true" : "";
  throw new ConfigError(`${place} is not address=uri, ${EXAMPLE}${switches}`);
}

function isConnectionString(text: string): boolean {
  return /^\s*mongodb(\+srv)?:\/\//.test(text);
}
