import type { JunitCase } from "./junit.ts";
import { type Counts, formatCounts, sumCounts } from "./test_summary.ts";

/** A case of a file is named `specification/…/file.json: case`, one of the text `specification prose test …`. */
const SPEC_CASE = /^(?<specification>[\w-]+)(?:\/\S*\.json: | prose test )/;

/** One line a specification, and one for all of them; none where no specification was tested. */
export function specReport(cases: readonly JunitCase[]): string[] {
  const counts = countBySpecification(cases);
  if (counts.size === 0) return [];
  const width = Math.max(...[...counts.keys()].map((name) => name.length));
  const lines = [...counts].map(([name, count]) => `${name.padEnd(width)}  ${formatLine(count)}`);
  return ["Specification cases:", ...lines, `${"all".padEnd(width)}  ${formatLine(sumCounts([...counts.values()]))}`];
}

function countBySpecification(cases: readonly JunitCase[]): Map<string, Counts> {
  const counts = new Map<string, Counts>();
  for (const { name, outcome } of cases) {
    const specification = SPEC_CASE.exec(name)?.groups?.specification;
    if (specification === undefined) continue;
    const before = counts.get(specification) ?? { passed: 0, failed: 0, skipped: 0 };
    counts.set(specification, { ...before, [outcome]: before[outcome] + 1 });
  }
  return counts;
}

function formatLine(count: Counts): string {
  const run = count.passed + count.failed;
  return `${formatCounts(count)}${run === 0 ? "" : ` (${(100 * count.passed / run).toFixed(1)} % of those run)`}`;
}
