import { assert, assertEquals } from "@std/assert";
import { ProxyModel, remoteServer, type ServerModel, wokenServer } from "./proxy_model.ts";

const WINDOW_MS = 0.3;

/** Runs the same load with pauses and without, after a second to settle. */
function compare(server: () => ServerModel, clients: number) {
  const run = (maxWindowMS: number) => {
    const model = new ProxyModel({ server: server(), maxWindowMS });
    model.run(clients, 3_000);
    return model.run(clients, 3_000);
  };
  return { on: run(WINDOW_MS), off: run(0) };
}

for (const clients of [1, 2, 4]) {
  Deno.test(`Coalescer does not pause for ${clients} clients`, () => {
    const { on, off } = compare(() => remoteServer(1), clients);
    assertEquals(on.sleeps, []);
    assertEquals(on.meanMS, off.meanMS);
  });
}

for (const latencyMS of [0.3, 1, 5, 50]) {
  for (const clients of [8, 16, 32, 64, 256, 1024]) {
    Deno.test(`Coalescer makes ${clients} clients of a remote server with ${latencyMS} ms wait hardly longer`, () => {
      const { on, off } = compare(() => remoteServer(latencyMS), clients);
      assert(on.meanMS <= 1.1 * off.meanMS, `${on.meanMS} ms instead of ${off.meanMS} ms`);
      assert(on.sleeps.every((ms) => ms <= WINDOW_MS));
    });
  }
}

for (const clients of [32, 256]) {
  Deno.test(`Coalescer gets more out of a server that has to be woken, for ${clients} clients`, () => {
    const { on, off } = compare(() => wokenServer(0.015, 0.05), clients);
    assert(on.operations >= 1.15 * off.operations, `${on.operations} instead of ${off.operations} operations`);
  });
}

Deno.test("Coalescer goes with a load that changes", () => {
  const model = new ProxyModel({ server: wokenServer(0.015, 0.05), maxWindowMS: WINDOW_MS });
  for (let round = 0; round < 3; round++) {
    assertEquals(model.run(4, 500).sleeps.length, 0);
    assert(model.run(64, 1_000).sleeps.length > 100);
    model.run(4, 60);
  }
});

Deno.test("Coalescer keeps steady under a steady load", () => {
  const model = new ProxyModel({ server: wokenServer(0.015, 0.05), maxWindowMS: WINDOW_MS });
  model.run(32, 3_000);
  const operations = Array.from({ length: 10 }, () => model.run(32, 400).operations);
  assert(Math.min(...operations) > 0.9 * Math.max(...operations), `operations in a time: ${operations}`);
});
