import { assertEquals } from "@std/assert";
import { PlainScreen, TerminalScreen } from "../../demo/screen.ts";

/** What a terminal shows after all that was written to it, as far as the demo's screen goes. */
function rendered(written: string): string[] {
  const rows: string[] = [""];
  let row = 0;
  // deno-lint-ignore no-control-regex
  for (const [token, up] of written.matchAll(/\x1b\[(?:(\d+)F|\??\d*[a-zA-Z])|\n|[^\x1b\n]+/g)) {
    if (up !== undefined) row -= Number(up);
    else if (token === "\n") rows[++row] ??= "";
    else if (token === "\x1b[J") rows.splice(row, rows.length, "");
    else if (!token.startsWith("\x1b")) rows[row] = token;
  }
  return rows;
}

function terminal() {
  const written: string[] = [];
  return { screen: new TerminalScreen((text) => written.push(text)), rows: () => rendered(written.join("")) };
}

const picture = (...lines: string[]) => ({ lines, brief: lines.join() });

Deno.test("TerminalScreen draws a picture in place of the one before", () => {
  const { screen, rows } = terminal();
  screen.print("title");
  screen.show(picture("a", "b", "c"));
  assertEquals(rows(), ["title", "a", "b", "c", ""]);
  screen.show(picture("d"));
  assertEquals(rows(), ["title", "d", ""]);
});

Deno.test("TerminalScreen prints above the picture", () => {
  const { screen, rows } = terminal();
  screen.show(picture("a", "b"));
  screen.print("news");
  assertEquals(rows(), ["news", "a", "b", ""]);
});

Deno.test("TerminalScreen takes the picture away and shows nothing more once it is disposed of", () => {
  const { screen, rows } = terminal();
  screen.print("title");
  screen.show(picture("a"));
  screen[Symbol.dispose]();
  screen.show(picture("b"));
  screen.print("c");
  assertEquals(rows(), ["title", ""]);
});

Deno.test("PlainScreen prints every line, and of pictures one now and then", () => {
  const written: string[] = [];
  let now = 0;
  const screen = new PlainScreen((text) => written.push(text), () => now);
  screen.show(picture("a"));
  now = 2_999;
  screen.show(picture("b"));
  screen.print("news");
  now = 3_000;
  screen.show(picture("c"));
  assertEquals(written, ["a\n", "news\n", "c\n"]);
});
