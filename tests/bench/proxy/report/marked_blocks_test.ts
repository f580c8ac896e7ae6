import { assertEquals, assertThrows } from "@std/assert";
import { BlockError, rewriteBlocks } from "../../../../bench/proxy/report/marked_blocks.ts";

function page(inside: string): string {
  return `# Title\n\n<!-- begin costs: written by \`deno task bench:proxy\` -->\n${inside}<!-- end costs -->\n\nText.\n`;
}

Deno.test("rewriteBlocks replaces what is between the marks, over and over", () => {
  const once = rewriteBlocks(page("old\n"), { costs: "new" });
  assertEquals(once, page("\nnew\n\n"));
  assertEquals(rewriteBlocks(once, { costs: "newer $&" }), page("\nnewer $&\n\n"));
});

Deno.test("rewriteBlocks refuses a page without the block, or with another", () => {
  assertThrows(() => rewriteBlocks("# Title\n", { costs: "new" }), BlockError, "costs");
  assertThrows(() => rewriteBlocks(page(""), {}), BlockError, "costs");
});
