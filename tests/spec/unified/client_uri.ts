import type { Document } from "bson";

/** Puts options into a connection string; they take the place of those that it has. */
export function clientUri(uri: string, options: Document): string {
  const [base = "", query = ""] = uri.split("?");
  const given = new Map(query.split("&").filter((pair) => pair !== "").map((pair) => [nameOf(pair), pair]));
  for (const [name, value] of Object.entries(options)) {
    const values: unknown[] = Array.isArray(value) ? value : [value];
    given.set(name.toLowerCase(), values.map((one) => `${name}=${encodeURIComponent(text(one))}`).join("&"));
  }
  return given.size === 0 ? base : `${base}?${[...given.values()].join("&")}`;
}

function nameOf(pair: string): string {
  return pair.split("=", 1).join().toLowerCase();
}

/** Documents are lists of `name:value` there. */
function text(value: unknown): string {
  if (typeof value !== "object" || value === null) return String(value);
  return Object.entries(value).map(([name, part]) => `${name}:${part}`).join(",");
}
