import { assertEquals } from "@std/assert";
import { Board } from "../../../proxy/team/board.ts";

Deno.test("Board shows other threads the figures of each gateway", () => {
  const board = Board.create(2);
  const seen = new Board(board.buffer);
  board.addClients(0, 1);
  board.addClients(1, 1);
  board.addClients(1, 1);
  board.addClients(0, -1);
  board.beat();
  assertEquals([seen.clients(0), seen.clients(1), seen.beats], [0, 2, 1]);
});

Deno.test("Board.mayHave() says yes for every pin that is there, and no when all of its place are gone", () => {
  const board = Board.create(2);
  const key = 4_000_000_000;
  board.addPins(1, key, 1);
  // Shares its place.
  board.addPins(1, key - 65_536, 1);
  assertEquals([board.mayHave(0, key), board.mayHave(1, key), board.mayHave(1, key + 1)], [false, true, false]);
  board.addPins(1, key, -1);
  assertEquals(board.mayHave(1, key), true);
  board.addPins(1, key - 65_536, -1);
  assertEquals(board.mayHave(1, key), false);
});
