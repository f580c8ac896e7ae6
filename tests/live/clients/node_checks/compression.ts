import type { Check } from "../client_report.ts";
import { emptyCollection, type NodeContext } from "../node_context.ts";

/** The compressor that a connection of the client agreed on, wherever that version of the driver keeps it. */
function agreedCompressor(value: unknown, visited = new Set<unknown>()): string | null {
  if (typeof value !== "object" || value === null || visited.has(value)) return null;
  visited.add(value);
  for (const key of ["agreedCompressor", "compressor"]) {
    const name: unknown = Reflect.get(value, key);
    if (typeof name === "string") return name;
  }
  const items = Reflect.ownKeys(value).map((key): unknown => Reflect.get(value, key));
  for (const item of value instanceof Map ? value.values() : items) {
    const found = agreedCompressor(item, visited);
    if (found !== null) return found;
  }
  return null;
}

/** Compression; says `null` for a client without. */
export const compressionChecks: Record<string, Check<NodeContext>> = {
  "compression": async (context) => {
    const items = await emptyCollection(context, "compressed");
    const text = "compressible ".repeat(50_000);
    await items.insertMany(Array.from({ length: 20 }, (_, n) => ({ _id: n, text })));
    const found = await items.find({}, { batchSize: 3, sort: { _id: 1 } }).toArray();
    return [
      agreedCompressor(Reflect.get(context.client, "topology")),
      found.every((document) => document.text === text),
      found.length,
    ];
  },
};
