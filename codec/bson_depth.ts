import { CodecError } from "./error.ts";

/**
 * How deep documents may nest, the outermost counted: as deep as the parameter `maxBSONDepth` can be set to. It also
 * keeps hostile bytes from overflowing the stack.
 */
export const MAX_DEPTH = 250;

/** What is thrown for a document with a level too many. */
export function tooDeep(offset: number): CodecError {
  return new CodecError("BSON nested too deeply", {
    offset,
    expected: `up to ${MAX_DEPTH} levels`,
    actual: "one more",
  });
}
