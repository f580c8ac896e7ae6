import type { Document } from "bson";
import { randomNumbers } from "../../../../codec/samples.ts";
import {
  command,
  getMore,
  insert,
  killCursors,
  lastError,
  message,
  type Move,
  query,
  remove,
  type Sequence,
  sequence,
  type Step,
  update,
} from "../steps.ts";

const MOVES = 60;
/** So few that there are duplicates, and so many that there are successes. */
const IDS = 12;
const LIMITS = [-7, -3, -1, 0, 1, 2, 3, 5, 20];

/** A sequence that nobody thought of; the same for the same seed. */
export function randomSequence(seed: number): Sequence {
  const random = new Random(seed);
  return sequence(`random ${seed}`, () => [
    insert(Array.from({ length: IDS / 2 }, (_, _id) => ({ _id, a: _id % 3 }))),
    ...Array.from({ length: MOVES }, () => randomMove(random)),
    [lastError(), query({ $query: {}, $orderby: { _id: 1 } })],
  ]);
}

/** Choices that look random and come again. */
class Random {
  /** A whole number from 0 to below the given one. */
  readonly below: (end: number) => number;

  constructor(seed: number) {
    this.below = randomNumbers(seed);
  }

  of<T>(choices: readonly T[]): T {
    return choices[this.below(choices.length)]!;
  }

  chance(): boolean {
    return this.below(2) === 1;
  }
}

function randomMove(random: Random): Move {
  if (random.below(4) > 0) return randomStep(random);
  return Array.from({ length: 2 + random.below(5) }, () => randomStep(random));
}

function randomStep(random: Random): Step {
  const step = random.of([
    randomInsert,
    randomInsert,
    randomUpdate,
    randomUpdate,
    randomRemove,
    randomLastError,
    randomLastError,
    randomLastError,
    randomLastError,
    randomQuery,
    randomCursorStep,
    randomCommand,
    randomMessage,
  ]);
  return step(random);
}

function randomInsert(random: Random): Step {
  const documents = Array.from({ length: 1 + random.below(3) }, () => ({ _id: random.below(IDS), a: random.below(3) }));
  return insert(documents, { continueOnError: random.chance() });
}

function randomSelector(random: Random): Document {
  return random.of<Document>([
    { _id: random.below(IDS) },
    { a: random.below(3) },
    {},
    { _id: { $gt: random.below(IDS) } },
    { a: 1, _id: random.below(IDS) },
    { a: { $bad: 1 } },
  ]);
}

function randomUpdate(random: Random): Step {
  const change = random.of<Document>([
    { $set: { a: random.below(3) } },
    { $inc: { n: 1 } },
    { $set: { text: "x" } },
    { $inc: { text: 1 } },
    { $unset: { a: 1 } },
    { a: random.below(3) },
    { $bad: 1 },
    { $setOnInsert: { b: 1 } },
  ]);
  const isById = random.chance();
  const selector = isById ? { _id: random.below(IDS) } : randomSelector(random);
  // An upsert by anything else may get an id that the server makes.
  return update(selector, change, { multi: random.chance(), upsert: isById && random.chance() });
}

function randomRemove(random: Random): Step {
  return remove(random.chance() ? { _id: random.below(IDS) } : randomSelector(random), { single: random.chance() });
}

function randomLastError(random: Random): Step {
  return lastError(random.of([{}, {}, { w: 1 }, { j: true }, { fsync: true }, { w: 2 }, { w: "majority" }, { w: -1 }]));
}

function randomQuery(random: Random): Step {
  const selector = randomSelector(random);
  const options = { limit: random.of(LIMITS), skip: random.of([0, 0, 1, 4]) };
  if (random.chance()) return query(selector, options);
  return query({ $query: selector, $orderby: { _id: random.of([1, -1]) } }, { ...options, fields: { _id: 1, n: 1 } });
}

function randomCursorStep(random: Random): Step {
  return random.of([getMore(random.of([0, 1, 2, 5])), getMore(2), killCursors()]);
}

function randomCommand(random: Random): Step {
  const _id = random.below(IDS);
  return command(random.of<Document>([
    { ping: 1 },
    { count: "c", query: randomSelector(random) },
    { insert: "c", documents: [{ _id }, { _id: random.below(IDS) }], ordered: random.chance() },
    { update: "c", updates: [{ q: { _id }, u: { $inc: { n: 1 } }, upsert: random.chance() }] },
    { delete: "c", deletes: [{ q: { _id }, limit: 1 }] },
    { findAndModify: "c", query: { _id }, update: { $inc: { n: 1 } }, upsert: random.chance() },
    { distinct: "c", key: "a" },
    { noSuchCommand: 1 },
  ]));
}

function randomMessage(random: Random): Step {
  const _id = random.below(IDS);
  const write = random.of<Document>([
    { insert: "c", documents: [{ _id }] },
    { update: "c", updates: [{ q: { _id }, u: { $set: { a: 1 } } }] },
    { delete: "c", deletes: [{ q: { a: 1 }, limit: 0 }] },
  ]);
  return random.chance()
    ? message({ ...write, writeConcern: { w: 0 } }, { moreToCome: true })
    : message(random.of<Document>([write, { getLastError: 1 }]));
}
