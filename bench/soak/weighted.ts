/** One of several things, as often as its weight says. */
export interface Weighted<T> {
  readonly weight: number;
  readonly value: T;
}

/** Chooses one; `at` is from 0 to below 1. */
export function chooseWeighted<T>(choices: readonly Weighted<T>[], at: number): T {
  const total = choices.reduce((sum, { weight }) => sum + weight, 0);
  let rest = at * total;
  const chosen = choices.find(({ weight }) => (rest -= weight) < 0) ?? choices.at(-1);
  if (chosen === undefined) throw new RangeError("There is nothing to choose from");
  return chosen.value;
}
