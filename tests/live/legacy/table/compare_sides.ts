import { WireClient } from "../../../support/wire_client.ts";
import { compareOutcomes } from "./compare_outcomes.ts";
import type { Difference } from "./differences.ts";
import type { Address } from "./legacy_connection.ts";
import { type Outcome, play } from "./play.ts";
import { namesOf, type Sequence } from "./steps.ts";

/** Where sequences are played. */
export interface Side {
  /** What the messages are sent to. */
  readonly address: Address;
  /** The server that has the data, which is cleared before each sequence. */
  readonly server: Address;
}

/** What came of one sequence. */
export interface Comparison {
  readonly sequence: string;
  /** How many exchanges were compared. */
  readonly exchanges: number;
  /** Which of them differ, and how. */
  readonly faults: readonly string[];
}

/** Plays each sequence on both sides, the expected one first, and compares what comes back. */
export async function* compareSides(
  sequences: readonly Sequence[],
  sides: { readonly expected: Side; readonly actual: Side },
  differences: readonly Difference[],
): AsyncGenerator<Comparison> {
  for (const sequence of sequences) {
    const expected = await playOn(sides.expected, sequence);
    const actual = await playOn(sides.actual, sequence);
    const faults = expected.flatMap((outcome, index) => {
      const other = actual[index];
      return other === undefined ? [`${outcome.step}: nothing`] : compareOutcomes(outcome, other, differences);
    });
    yield { sequence: sequence.name, exchanges: expected.length, faults };
  }
}

async function playOn(side: Side, sequence: Sequence): Promise<Outcome[]> {
  await clear(side.server, sequence);
  return await play(side.address, sequence);
}

async function clear(server: Address, sequence: Sequence): Promise<void> {
  using client = await WireClient.connect(server);
  const { database, other } = namesOf(sequence.name);
  await client.command(database, { dropDatabase: 1 });
  await client.command(other, { dropDatabase: 1 });
}
