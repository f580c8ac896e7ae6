import { assert, assertEquals } from "@std/assert";
import type { Document } from "bson";
import { RoundTripTimes } from "../../driver/sdam/round_trip_times.ts";
import { chooseServer } from "../../driver/selection/choose_server.ts";
import { selectServers } from "../../driver/selection/select_servers.ts";
import { type SpecCase, specSuite } from "../support/spec_suite.ts";
import { runSelectionCase, topologyOf } from "./selection_case.ts";

const NEEDS_UNIFIED_RUNNER = "needs the unified test runner and the client's operations";

specSuite("server-selection/tests", function* (file): Generator<SpecCase> {
  const json = file.json as Document;
  const folder = file.path.split("/")[0];
  if (folder === "rtt") yield { name: "averages", run: () => runAverageCase(json) };
  else if (folder === "in_window") yield { name: json.description, run: () => runChoiceCase(json) };
  else if (folder === "server_selection") yield { name: "selects", run: () => runSelectionCase(json) };
  else for (const { description } of json.tests) yield { name: description, run: () => {} };
}, {
  "logging/load-balanced.json": NEEDS_UNIFIED_RUNNER,
  "logging/operation-id.json": NEEDS_UNIFIED_RUNNER,
  "logging/sharded.json": NEEDS_UNIFIED_RUNNER,
  "logging/standalone.json": NEEDS_UNIFIED_RUNNER,
});

function runAverageCase(test: Document): void {
  const times = new RoundTripTimes();
  if (test.avg_rtt_ms !== "NULL") times.add(test.avg_rtt_ms);
  times.add(test.new_rtt_ms);
  assert(Math.abs(times.average - test.new_avg_rtt) < 1e-9, `${times.average}, expected ${test.new_avg_rtt}`);
}

function runChoiceCase(test: Document): void {
  const servers = selectServers(topologyOf(test.topology_description), {
    readPreference: { mode: "nearest" },
    localThresholdMS: 15,
    heartbeatFrequencyMS: 10_000,
  }).map(({ address }) => address);
  const counts = new Map<string, number>(
    test.mocked_topology_state.map((state: Document) => [state.address, state.operation_count]),
  );
  const chosen = new Map<string, number>();
  const random = seededRandom(1);
  for (let iteration = 0; iteration < test.iterations; iteration++) {
    const address = chooseServer(servers, (server) => counts.get(server)!, random)!;
    chosen.set(address, (chosen.get(address) ?? 0) + 1);
  }
  const { tolerance, expected_frequencies } = test.outcome;
  for (const [address, expected] of Object.entries<number>(expected_frequencies)) {
    const frequency = (chosen.get(address) ?? 0) / test.iterations;
    if (expected === 0 || expected === 1) assertEquals(frequency, expected);
    else assert(Math.abs(frequency - expected) <= tolerance, `${address} ${frequency}, expected ${expected}`);
  }
}

/** The same numbers in every run (mulberry32). */
function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
