import { EJSON } from "bson";
import { bsonClass, bsonTypeNames, isDocument } from "./bson_type.ts";

/** What operators look up besides the two values. */
export interface MatchContext {
  /** A value that the case saved. Throws `Error` where there is none, or it is not of BSON. */
  bsonEntity(name: string): unknown;
  /** The logical session id of a session. Throws `Error` where there is no such session. */
  sessionLsid(name: string): unknown;
}

/** An actual value is not as expected. */
export class MatchError extends Error {
  override readonly name = "MatchError";

  constructor(path: string, expected: unknown, actual: unknown) {
    super(`Mismatch at ${path || "the root"}: expected ${show(expected)}, got ${show(actual)}`);
  }
}

/**
 * Compares by the rules of the unified test format, "Evaluating Matches". A root document may have more fields than
 * expected. Throws {@linkcode MatchError}.
 */
export function match(expected: unknown, actual: unknown, context: MatchContext, isRoot = true): void {
  new Matcher(context).match(expected, actual, isRoot, "");
}

/** Compares each element as a root document: what an iterable gave. Throws {@linkcode MatchError}. */
export function matchRoots(expected: unknown, actual: unknown, context: MatchContext): void {
  if (!Array.isArray(expected) || !Array.isArray(actual)) return match(expected, actual, context);
  if (expected.length !== actual.length) throw new MatchError("length", expected, actual);
  for (const [index, element] of expected.entries()) {
    new Matcher(context).match(element, actual[index], true, `${index}`);
  }
}

/** A value for an error message. */
export function show(value: unknown): string {
  if (value === undefined) return "nothing";
  try {
    return EJSON.stringify(value, { relaxed: true }) ?? String(value);
  } catch {
    return String(value);
  }
}

type Operator = (operand: unknown, actual: unknown, isRoot: boolean, path: string) => void;

class Matcher {
  readonly #context: MatchContext;
  readonly #operators: Readonly<Record<string, Operator>>;

  constructor(context: MatchContext) {
    this.#context = context;
    this.#operators = {
      $$exists: (operand, actual, _isRoot, path) => {
        if ((actual !== undefined) !== operand) throw new MatchError(path, { $$exists: operand }, actual);
      },
      $$type: (operand, actual, _isRoot, path) => {
        const wanted = [operand].flat();
        if (bsonTypeNames(actual).some((name) => wanted.includes(name))) return;
        throw new MatchError(path, { $$type: operand }, actual);
      },
      $$matchesEntity: (operand, actual, isRoot, path) => {
        this.match(this.#context.bsonEntity(String(operand)), actual, isRoot, path);
      },
      $$matchesHexBytes: (operand, actual, _isRoot, path) => {
        if (String(operand).toLowerCase() !== toHex(actual)) throw new MatchError(path, operand, toHex(actual));
      },
      $$unsetOrMatches: (operand, actual, isRoot, path) => {
        if (actual !== undefined) this.match(operand, actual, isRoot, path);
      },
      $$sessionLsid: (operand, actual, _isRoot, path) => {
        this.match(this.#context.sessionLsid(String(operand)), actual, false, path);
      },
      $$lte: (operand, actual, _isRoot, path) => {
        const [limit, value] = [toNumber(operand), toNumber(actual)];
        if (limit === null || value === null || value > limit) throw new MatchError(path, { $$lte: operand }, actual);
      },
      $$matchAsDocument: (operand, actual, _isRoot, path) => {
        const parsed: unknown = typeof actual === "string" ? EJSON.parse(actual, { relaxed: true }) : undefined;
        if (!isDocument(parsed)) throw new MatchError(path, "a document as Extended JSON", actual);
        this.match(operand, parsed, false, path);
      },
      $$matchAsRoot: (operand, actual, _isRoot, path) => {
        if (!isDocument(actual)) throw new MatchError(path, operand, actual);
        this.match(operand, actual, true, path);
      },
    };
  }

  match(expected: unknown, actual: unknown, isRoot: boolean, path: string): void {
    const special = specialOperator(expected);
    if (special !== null) return this.#operate(special, actual, isRoot, path);
    if (Array.isArray(expected)) return this.#matchArray(expected, actual, path);
    if (isDocument(expected)) return this.#matchDocument(expected, actual, isRoot, path);
    if (!isSameValue(expected, actual)) throw new MatchError(path, expected, actual);
  }

  #operate({ name, operand }: SpecialOperator, actual: unknown, isRoot: boolean, path: string): void {
    const operator = this.#operators[name];
    if (operator === undefined) throw new Error(`Unknown operator ${name} at ${path}`);
    operator(operand, actual, isRoot, path);
  }

  #matchArray(expected: readonly unknown[], actual: unknown, path: string): void {
    if (!Array.isArray(actual) || actual.length !== expected.length) throw new MatchError(path, expected, actual);
    for (const [index, element] of expected.entries()) this.match(element, actual[index], false, `${path}[${index}]`);
  }

  #matchDocument(expected: Record<string, unknown>, actual: unknown, isRoot: boolean, path: string): void {
    const document = asDocument(actual);
    if (document === null) throw new MatchError(path, expected, actual);
    for (const [key, value] of Object.entries(expected)) {
      const at = path === "" ? key : `${path}.${key}`;
      if (specialOperator(value) === null && document[key] === undefined) throw new MatchError(at, value, undefined);
      this.match(value, document[key], false, at);
    }
    if (isRoot) return;
    const extra = Object.keys(document).find((key) => document[key] !== undefined && !(key in expected));
    if (extra !== undefined) throw new MatchError(`${path}.${extra}`, undefined, document[extra]);
  }
}

interface SpecialOperator {
  readonly name: string;
  readonly operand: unknown;
}

/** A document whose first and only key begins with `$$`. */
function specialOperator(expected: unknown): SpecialOperator | null {
  if (!isDocument(expected)) return null;
  const [entry, ...more] = Object.entries(expected);
  if (entry === undefined || more.length > 0 || !entry[0].startsWith("$$")) return null;
  return { name: entry[0], operand: entry[1] };
}

/** Maps, which drivers may keep results in, are documents too. */
function asDocument(value: unknown): Record<string, unknown> | null {
  if (value instanceof Map) return Object.fromEntries(value);
  return isDocument(value) ? value : null;
}

function isSameValue(expected: unknown, actual: unknown): boolean {
  const [a, b] = [toNumber(expected), toNumber(actual)];
  if (a !== null || b !== null) return a === b;
  return actual !== undefined && canonical(expected) === canonical(actual);
}

/** Numbers are equal if their values are, whatever their width; a decimal is no such number. */
function toNumber(value: unknown): number | null {
  if (typeof value === "number") return value;
  if (typeof value === "bigint") return Number(value);
  return ["Int32", "Long", "Double"].includes(bsonClass(value) ?? "") ? Number(String(value)) : null;
}

function canonical(value: unknown): string {
  return EJSON.stringify(ArrayBuffer.isView(value) ? { $bytes: toHex(value) } : value, { relaxed: false });
}

function toHex(value: unknown): string {
  if (!(value instanceof Uint8Array)) return typeof value;
  return [...value].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
