import { assertEquals, assertThrows } from "@std/assert";
import { parseOptions } from "../../../bench/soak/options.ts";

Deno.test("parseOptions() of the soak run has defaults", () => {
  assertEquals(parseOptions([]), { minutes: 30, clients: 4000, io: "auto", workers: "1", orphanTimeoutMS: 10_000 });
  assertEquals(parseOptions(["--minutes=0.5", "--clients", "10", "--io=epoll", "--workers=2"]), {
    minutes: 0.5,
    clients: 10,
    io: "epoll",
    workers: "2",
    orphanTimeoutMS: 10_000,
  });
});

for (const args of [["--minutes=0"], ["--minutes"], ["--clients=many"], ["--seconds=3"], ["10"]]) {
  Deno.test(`parseOptions() of the soak run refuses ${args}`, () => {
    assertThrows(() => parseOptions(args), TypeError);
  });
}
