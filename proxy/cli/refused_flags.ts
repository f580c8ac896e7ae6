/** Flags of mongobetween that have no counterpart, and what to do instead. */
const REFUSALS: ReadonlyMap<string, string> = new Map([
  ["statsd", "nothing is sent to StatsD: leave it out and take what happens from the log lines, which are JSON"],
  [
    "dynamic",
    "nothing is fetched while running: leave it out, change --config FILE and start again with SIGTERM's help",
  ],
  ["enable-sdam-metrics", "changes of servers are log lines, not metrics: leave it out"],
  ["enable-sdam-logging", "changes of servers are always logged: leave it out"],
]);

/** What to say to someone who gives a flag that mongobetween has and torana has not; null for any other name. */
export function refusedFlag(name: string): string | null {
  const advice = REFUSALS.get(name);
  return advice === undefined ? null : `Flag --${name} of mongobetween is not supported, ${advice}`;
}
