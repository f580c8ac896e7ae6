import { assertEquals } from "@std/assert";
import { WriteArena } from "../../../../driver/transport/epoll/write_arena.ts";

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function text(arena: WriteArena, start: number, length: number): string {
  return new TextDecoder().decode(arena.range(start, length));
}

Deno.test("WriteArena.append() lengthens the range at the end in place", () => {
  const arena = new WriteArena();
  const start = arena.append(0, 0, bytes("ab"));
  assertEquals(arena.append(start, 2, bytes("cd")), start);
  assertEquals(text(arena, start, 4), "abcd");
});

Deno.test("WriteArena.append() moves a range that others follow, and leaves those alone", () => {
  const arena = new WriteArena();
  const first = arena.append(0, 0, bytes("ab"));
  const second = arena.append(0, 0, bytes("XY"));
  const moved = arena.append(first, 2, bytes("cd"));
  const lengthened = arena.append(second, 2, bytes("Z"));
  assertEquals([text(arena, moved, 4), text(arena, lengthened, 3)], ["abcd", "XYZ"]);
});

Deno.test("WriteArena.append() starts anew for a stream that was flushed where the end is", () => {
  const arena = new WriteArena();
  const start = arena.append(0, 0, bytes("ab"));
  arena.clear();
  const other = arena.append(0, 0, bytes("XY"));
  const again = arena.append(start, 0, bytes("cd"));
  assertEquals([text(arena, other, 2), text(arena, again, 2)], ["XY", "cd"]);
});

Deno.test("WriteArena.append() gives -1 when there is no room, until it is cleared", () => {
  const arena = new WriteArena();
  const piece = new Uint8Array(16_384);
  let pieces = 0;
  while (arena.append(0, 0, piece) >= 0) pieces++;
  assertEquals(pieces, 16);
  arena.clear();
  assertEquals(arena.append(0, 0, piece), 0);
});
