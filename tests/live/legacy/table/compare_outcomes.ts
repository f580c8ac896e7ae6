import { equals } from "@std/bytes";
import type { Difference } from "./differences.ts";
import { describeReply, type Field } from "./describe_reply.ts";
import type { Outcome } from "./play.ts";

/** Stands for a value that is not compared. */
const ANY = "(any)";
const NO_BYTES = new Uint8Array();
const REQUEST_ID_OFFSET = 4;
const LONGEST_SHOWN = 300;
/** Length and number of the reply come before; lengths are compared with the bytes. */
const RESPONSE_TO_OFFSET = 8;

/** Says how the outcomes of one step differ, a line each; nothing where they are alike. */
export function compareOutcomes(expected: Outcome, actual: Outcome, differences: readonly Difference[]): string[] {
  if (isSame(expected, actual)) return [];
  const { step } = expected;
  if (expected.end !== actual.end || expected.replies.length !== actual.replies.length || expected.end === "silent") {
    return [`${step}: expected ${endOf(expected)}, got ${endOf(actual)}`];
  }
  const here = differences.filter(({ steps }) => steps === undefined || steps.test(step));
  return expected.replies.flatMap((reply, index) => {
    const left = describeReply(reply, messagesBefore(expected, index));
    const right = describeReply(actual.replies[index] ?? NO_BYTES, messagesBefore(actual, index));
    return compareFields(adapt(left, here), adapt(right, here)).map((line) => `${step}: ${line}`);
  });
}

function isSame(expected: Outcome, actual: Outcome): boolean {
  if (expected.end !== "replied" || actual.end !== "replied" || expected.replies.length !== actual.replies.length) {
    return false;
  }
  return expected.replies.every((reply, index) => {
    return equals(reply.subarray(RESPONSE_TO_OFFSET), actual.replies[index]?.subarray(RESPONSE_TO_OFFSET) ?? NO_BYTES);
  });
}

function endOf({ end, replies }: Outcome): string {
  return end === "replied" ? `${replies.length} replies` : `${replies.length} replies, then ${end}`;
}

/** What a reply may be to; each of a stream of replies answers the one before. */
function messagesBefore({ requestId, replies }: Outcome, index: number): Map<number, string> {
  const known = new Map([[requestId, "the request"]]);
  const before = replies[index - 1];
  if (before !== undefined) known.set(numberOf(before), "the reply before");
  return known;
}

function numberOf(message: Uint8Array): number {
  return new DataView(message.buffer).getInt32(REQUEST_ID_OFFSET, true);
}

/** Takes out what may differ, and moves to the end, sorted, what may be in another order. */
function adapt(fields: readonly Field[], differences: readonly Difference[]): Field[] {
  const isUnordered = ({ path }: Field) => differences.some((one) => one.what === "order" && concerns(one, path));
  const unordered = fields.filter(isUnordered).toSorted((one, other) => one.path < other.path ? -1 : 1);
  return [...fields.filter((field) => !isUnordered(field)), ...unordered]
    .map((field) => differences.reduce(without, field))
    .filter((field) => field !== null);
}

function without(field: Field | null, difference: Difference): Field | null {
  if (field === null || !concerns(difference, field.path)) return field;
  switch (difference.what) {
    case "order":
      return field;
    case "words":
      return { ...field, value: field.value.replaceAll(difference.words, "") };
    case "value":
      return difference.paths.some((path) => isAt(field.path, path)) ? { ...field, value: ANY } : null;
    case "field":
      return null;
  }
}

function concerns({ paths }: Difference, path: string): boolean {
  return paths.some((pattern) => isWithin(path, pattern));
}

/** Whether `path` is what the pattern names, or in it; `*` is any one key. */
function isWithin(path: string, pattern: string): boolean {
  const keys = path.split(".");
  return pattern.split(".").every((key, index) => index < keys.length && (key === "*" || key === keys[index]));
}

function isAt(path: string, pattern: string): boolean {
  return isWithin(path, pattern) && path.split(".").length === pattern.split(".").length;
}

function compareFields(expected: readonly Field[], actual: readonly Field[]): string[] {
  const [left, right] = [expected.map(show), actual.map(show)];
  const missing = left.filter((line) => !right.includes(line)).map((line) => `expected ${line}`);
  const added = right.filter((line) => !left.includes(line)).map((line) => `got ${line}`);
  if (missing.length + added.length > 0) return [[...missing.slice(0, 6), ...added.slice(0, 6)].join("; ")];
  return left.join("\n") === right.join("\n")
    ? []
    : [`another order: expected ${left.join(", ")}; got ${right.join(", ")}`];
}

function show({ path, type, value }: Field): string {
  const text = value.length > LONGEST_SHOWN ? `${value.slice(0, LONGEST_SHOWN)}... (${value.length})` : value;
  return `${path} = ${type === null ? "" : `${type}:`}${text}`;
}
