import { MongoInvalidArgumentError } from "../error.ts";

/** Throws `MongoInvalidArgumentError` for a name that no collection can have. */
export function checkCollectionName(name: string): void {
  const fault = faultOf(name);
  if (fault !== null) throw new MongoInvalidArgumentError(`Collection name ${fault}`);
}

function faultOf(name: unknown): string | null {
  if (typeof name !== "string") return `is of type ${typeof name}, expected a string`;
  if (name === "") return "is empty, expected at least one character";
  if (name.includes("..")) return "has an empty part between dots, expected none";
  if (name.includes("\0")) return "has a zero character, which no name may";
  if (name.startsWith(".") || name.endsWith(".")) return "begins or ends with a dot, which no name may";
  return name.includes("$") && !/^(\$cmd|oplog\.\$main)/.test(name) ? 'has a "$", which no name may' : null;
}
