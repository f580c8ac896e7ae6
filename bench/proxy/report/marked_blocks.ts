/** A page and the blocks that it should have do not fit together. */
export class BlockError extends Error {
  override readonly name = "BlockError";
}

const BLOCK = /<!-- begin (\S+): written by `deno task bench:proxy` -->\n[\s\S]*?<!-- end \1 -->/g;

/**
 * Writes the blocks of a page that come from a run anew, and leaves the rest. Throws `BlockError` unless the page has
 * exactly the blocks of `texts`.
 */
export function rewriteBlocks(page: string, texts: Readonly<Record<string, string>>): string {
  const missing = new Set(Object.keys(texts));
  const written = page.replaceAll(BLOCK, (_, name: string) => {
    const text = texts[name];
    if (text === undefined) throw new BlockError(`Nothing is written into the block ${name}`);
    missing.delete(name);
    return `<!-- begin ${name}: written by \`deno task bench:proxy\` -->\n\n${text.trim()}\n\n<!-- end ${name} -->`;
  });
  if (missing.size > 0) throw new BlockError(`The page has no block ${[...missing].join(", ")}`);
  return written;
}
