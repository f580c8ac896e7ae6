/** How the values of a flag are written. */
export interface FlagKind<T> {
  /** For messages: what a right value is. */
  readonly expected: string;
  /** For help: what stands after the flag; empty where nothing has to. */
  readonly placeholder: string;
  /** Reads a value of the command line or the environment; null if it is not one. */
  parse(text: string): T | null;
  /** Reads a value of a JSON file; null if it is not one. */
  accept(json: unknown): T | null;
  /** Writes a value so that `parse` reads it back. */
  format(value: T): string;
}

/** Any text. */
export function text(placeholder: string): FlagKind<string> {
  return {
    expected: "a text",
    placeholder,
    parse: (given) => given,
    accept: (json) => typeof json === "string" ? json : null,
    format: (value) => value,
  };
}

const TRUE = ["true", "t", "1", "yes", "on"];
const FALSE = ["false", "f", "0", "no", "off"];

/** On or off; the flag alone is on. */
export const boolean: FlagKind<boolean> = {
  expected: "true or false",
  placeholder: "",
  parse(given) {
    const word = given.toLowerCase();
    if (TRUE.includes(word)) return true;
    return FALSE.includes(word) ? false : null;
  },
  accept: (json) => typeof json === "boolean" ? json : null,
  format: String,
};

/** A whole number from `min` to `max`; underscores may part its digits. */
export function integer(min: number, max = Number.MAX_SAFE_INTEGER): FlagKind<number> {
  const inRange = (value: number) => Number.isSafeInteger(value) && value >= min && value <= max ? value : null;
  return {
    expected: max === Number.MAX_SAFE_INTEGER ? `an integer of at least ${min}` : `an integer from ${min} to ${max}`,
    placeholder: "NUMBER",
    parse: (given) => /^\d+(_\d+)*$/.test(given) ? inRange(Number(given.replaceAll("_", ""))) : null,
    accept: (json) => typeof json === "number" ? inRange(json) : null,
    format: String,
  };
}

/** A whole number from `min` to `max`, or a word for whichever suits. */
export function integerOr<const Word extends string>(word: Word, min: number, max: number): FlagKind<number | Word> {
  const number = integer(min, max);
  return {
    expected: `${number.expected} or ${word}`,
    placeholder: "NUMBER",
    parse: (given) => given.toLowerCase() === word ? word : number.parse(given),
    accept: (json) => json === word ? word : number.accept(json),
    format: String,
  };
}

/** A part of a whole, from `min` to 1. */
export function ratio(min: number): FlagKind<number> {
  const inRange = (value: number) => value >= min && value <= 1 ? value : null;
  return {
    expected: `a number from ${min} to 1`,
    placeholder: "RATIO",
    parse: (given) => /^\d*\.?\d+$/.test(given) ? inRange(Number(given)) : null,
    accept: (json) => typeof json === "number" ? inRange(json) : null,
    format: String,
  };
}

const UNITS_MS = { h: 3_600_000, m: 60_000, s: 1_000, ms: 1 } as const;
type Unit = keyof typeof UNITS_MS;
/** Timers cannot wait longer: the runtime counts their milliseconds in 31 bits. */
const MAX_DURATION_MS = 2 ** 31 - 1;

/** A time in milliseconds, written with units, as in `90s` or `1h30m`, or as a bare number of milliseconds. */
export function duration(minMS: number): FlagKind<number> {
  return time(minMS, Math.round, "a time such as 500ms, 30s, 5m or 1h");
}

/** A short time in milliseconds, of which parts of one count too. */
export function fineDuration(minMS: number): FlagKind<number> {
  return time(minMS, (value) => value, "a time such as 0.3ms or 1ms");
}

function time(minMS: number, round: (ms: number) => number, expected: string): FlagKind<number> {
  const inRange = (value: number) => value >= minMS && value <= MAX_DURATION_MS ? round(value) : null;
  const parse = (given: string) => {
    if (!/^(?:\d+(?:\.\d+)?|(?:\d+(?:\.\d+)?(?:ms|s|m|h))+)$/.test(given)) return null;
    const parts = [...given.matchAll(/([\d.]+)([a-z]*)/g)];
    return inRange(parts.reduce((sum, [, size, unit]) => sum + Number(size) * UNITS_MS[(unit || "ms") as Unit], 0));
  };
  return {
    expected: `${expected}${minMS > 0 ? " above 0" : ""}, at most 596h`,
    placeholder: "TIME",
    parse,
    accept: (json) => typeof json === "string" ? parse(json) : typeof json === "number" ? inRange(json) : null,
    format: formatDuration,
  };
}

/** Writes milliseconds in the largest unit that leaves no fraction. */
export function formatDuration(ms: number): string {
  if (ms === 0) return "0";
  const [unit, size] = Object.entries(UNITS_MS).find(([, size]) => ms % size === 0) ?? ["ms", 1];
  return `${ms / size}${unit}`;
}

/** One of some words, in any case. */
export function oneOf<const Word extends string>(words: readonly Word[], placeholder: string): FlagKind<Word> {
  const parse = (given: string) => words.find((word) => word === given.toLowerCase()) ?? null;
  return {
    expected: `one of ${words.join(", ")}`,
    placeholder,
    parse,
    accept: (json) => typeof json === "string" ? parse(json) : null,
    format: (value) => value,
  };
}

/** Some of some words, parted by commas; none of them is an empty text or `none`. */
export function listOf<const Word extends string>(words: readonly Word[]): FlagKind<readonly Word[]> {
  const choose = (given: readonly unknown[]) => {
    const known = words.filter((word) => given.includes(word));
    return given.every((item) => known.some((word) => word === item)) ? known : null;
  };
  const parse = (given: string) =>
    given === "" || given === "none" ? [] : choose(given.split(",").map((item) => item.trim().toLowerCase()));
  return {
    expected: `a list of ${words.join(", ")}, or none`,
    placeholder: "LIST",
    parse,
    accept: (json) => typeof json === "string" ? parse(json) : Array.isArray(json) ? choose(json) : null,
    format: (value) => value.length === 0 ? "none" : value.join(","),
  };
}
