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

/** What is compared with what. */
export interface Sides {
  readonly expected: Side;
  readonly actual: Side;
}

/** Plays each sequence on both sides, at once where each has a server of its own, and compares what comes back. */
export async function* compareSides(
  sequences: readonly Sequence[],
  sides: Sides,
  differences: readonly Difference[],
): AsyncGenerator<Comparison> {
  for (const sequence of sequences) {
    const [expected, actual] = await playOnBoth(sides, sequence);
    yield compare(sequence, expected, actual, differences);
  }
}

/** Plays the sequences on the expected side one after the other, and on the actual side all at once. */
export async function* compareAtOnce(
  sequences: readonly Sequence[],
  sides: Sides,
  differences: readonly Difference[],
): AsyncGenerator<Comparison> {
  const expected: Outcome[][] = [];
  for (const sequence of sequences) expected.push(await playOn(sides.expected, sequence));
  for (const sequence of sequences) await clear(sides.actual.server, sequence);
  const actual = await Promise.all(sequences.map((sequence) => play(sides.actual.address, sequence)));
  for (const [index, sequence] of sequences.entries()) {
    yield compare(sequence, expected[index]!, actual[index]!, differences);
  }
}

function compare(
  sequence: Sequence,
  expected: readonly Outcome[],
  actual: readonly Outcome[],
  differences: readonly Difference[],
): Comparison {
  const faults = expected.flatMap((outcome, index) => compareOutcomes(outcome, actual[index]!, differences));
  return { sequence: sequence.name, exchanges: expected.length, faults };
}

async function playOnBoth({ expected, actual }: Sides, sequence: Sequence): Promise<[Outcome[], Outcome[]]> {
  if (expected.server.port === actual.server.port) {
    return [await playOn(expected, sequence), await playOn(actual, sequence)];
  }
  return await Promise.all([playOn(expected, sequence), playOn(actual, sequence)]);
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
