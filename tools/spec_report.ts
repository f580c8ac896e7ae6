import type { JunitCase } from "./junit.ts";
import { type Counts, formatCounts, sumCounts } from "./test_summary.ts";

/** A case of a file is named `specification/…/file.json: case`, one of the text `specification prose test …`. */
const SPEC_CASE = /^(?<specification>[\w-]+)(?:\/\S*\.json: | prose test )/;

/** Why a case was not run, at the end of its name. */
const SKIPPED = / \(skipped: (?<reason>.*)\)$/;

/**
 * One line a specification with lines of the reasons why cases were skipped, and one for all of them; none where no
 * specification was tested.
 */
export function specReport(cases: readonly JunitCase[]): string[] {
  const counts = countBySpecification(cases);
  if (counts.size === 0) return [];
  const width = Math.max(...[...counts.keys()].map((name) => name.length));
  const reasons = reasonsBySpecification(cases);
  const lines = [...counts].flatMap(([name, count]) => [
    `${name.padEnd(width)}  ${formatLine(count)}`,
    ...[...reasons.get(name) ?? []].map(([reason, number]) => `${" ".repeat(width)}    ${number} skipped: ${reason}`),
  ]);
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

function reasonsBySpecification(cases: readonly JunitCase[]): Map<string, Map<string, number>> {
  const reasons = new Map<string, Map<string, number>>();
  for (const { name, outcome } of cases) {
    const specification = SPEC_CASE.exec(name)?.groups?.specification;
    const reason = SKIPPED.exec(name)?.groups?.reason;
    if (specification === undefined || reason === undefined || outcome !== "skipped") continue;
    const known = reasons.get(specification) ?? new Map<string, number>();
    reasons.set(specification, known.set(reason, (known.get(reason) ?? 0) + 1));
  }
  return reasons;
}

function formatLine(count: Counts): string {
  const run = count.passed + count.failed;
  return `${formatCounts(count)}${run === 0 ? "" : ` (${(100 * count.passed / run).toFixed(1)} % of those run)`}`;
}
