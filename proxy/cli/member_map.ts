import type { FlagKind } from "./flag_kind.ts";

/** Listening addresses by the member they stand for, both as text: `db1:27017=:6000,db2:27017=:6001`; may be empty. */
export const memberMap: FlagKind<ReadonlyMap<string, string>> = {
  expected: "a listening address for each member, such as db1:27017=:6000,db2:27017=:6001",
  placeholder: "PAIRS",
  parse: (given) => collect(given.split(",").filter((pair) => pair.trim() !== "").map(splitPair)),
  accept: (json) => typeof json === "string" ? memberMap.parse(json) : json instanceof Map ? collect([...json]) : null,
  format: (map) => [...map].map((pair) => pair.join("=")).join(","),
};

function splitPair(text: string): readonly unknown[] {
  return text.split("=").map((part) => part.trim());
}

/** Every member once, and every pair of two texts. */
function collect(pairs: readonly (readonly unknown[])[]): ReadonlyMap<string, string> | null {
  const map = new Map<string, string>();
  for (const [member, address, ...more] of pairs) {
    const isPair = typeof member === "string" && typeof address === "string" && more.length === 0;
    if (!isPair || member === "" || address === "" || map.has(member)) return null;
    map.set(member, address);
  }
  return map;
}
