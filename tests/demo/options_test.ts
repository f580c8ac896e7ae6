import { assertEquals } from "@std/assert";
import { lines } from "../../demo/lines.ts";
import { parseOptions } from "../../demo/options.ts";
import { demoPlan } from "../../demo/plan.ts";

Deno.test("parseOptions knows two flags", () => {
  assertEquals(parseOptions([]), { kind: "run", keep: false });
  assertEquals(parseOptions(["--keep"]), { kind: "run", keep: true });
  assertEquals(parseOptions(["--keep", "--help"]), { kind: "help" });
  assertEquals(parseOptions(["--kep"]), { kind: "wrong", message: "Unknown argument --kep; see --help" });
});

Deno.test("demoPlan gives more cores more to do", () => {
  const intervals = [1, 2, 8, 64].map((cores) => demoPlan(cores).intervalMs);
  assertEquals(intervals, [5_000, 2_500, 625, 625]);
});

Deno.test("lines puts lines together from chunks that end anywhere", async () => {
  const bytes = new TextEncoder().encode("one\nzwö\n\nthree");
  const stream = ReadableStream.from([...bytes].map((byte) => Uint8Array.of(byte)));
  assertEquals(await Array.fromAsync(lines(stream)), ["one", "zwö", "", "three"]);
});
