/** How many tests, or steps of tests, ended in which way. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** What the last line of `deno test` says. */
export interface TestSummary {
  readonly isOk: boolean;
  readonly tests: Counts;
  readonly steps: Counts;
}

const VERDICT = /^(?:ok|FAILED) \| \d+ passed.*$/gm;
const PART = /(?<count>\d+) (?<name>passed|failed|ignored)(?: \((?<steps>\d+) steps?\))?/g;

/** Finds the summary in the output of `deno test`; null where the run did not come to its end. */
export function parseTestSummary(output: string): TestSummary | null {
  const line = withoutColors(output).match(VERDICT)?.at(-1);
  if (line === undefined) return null;
  const parts = new Map([...line.matchAll(PART)].map(({ groups }) => [groups?.name, groups]));
  const counts = (kind: "count" | "steps") => ({
    passed: Number(parts.get("passed")?.[kind] ?? 0),
    failed: Number(parts.get("failed")?.[kind] ?? 0),
    skipped: Number(parts.get("ignored")?.[kind] ?? 0),
  });
  return { isOk: line.startsWith("ok"), tests: counts("count"), steps: counts("steps") };
}

/** The one line that a run ends with. */
export function formatCounts({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}

/** Adds up the counts of several runs. */
export function sumCounts(counts: readonly Counts[]): Counts {
  return counts.reduce((a, b) => ({
    passed: a.passed + b.passed,
    failed: a.failed + b.failed,
    skipped: a.skipped + b.skipped,
  }), { passed: 0, failed: 0, skipped: 0 });
}

function withoutColors(text: string): string {
  // deno-lint-ignore no-control-regex -- the escape character opens a colour
  return text.replaceAll(/\x1b\[[\d;]*m/g, "");
}
