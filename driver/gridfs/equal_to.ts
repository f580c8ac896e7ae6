import { ObjectId } from "bson";

/** A condition that holds for `value` alone, even where it looks like an operator or a pattern. */
export function equalTo(value: unknown): unknown {
  return typeof value === "object" && !(value instanceof ObjectId) ? { $eq: value } : value;
}
