/** A table whose first `labels` columns are text and the others numbers, aligned as the formatter has it; the first row is its head. */
export function markdownTable(rows: readonly (readonly string[])[], labels: number): string {
  if (rows.length < 2) return "Not measured yet.\n";
  const widths = rows[0]!.map((_, column) => Math.max(4, ...rows.map((row) => row[column]!.length)));
  const padded = rows.map((row) =>
    row.map((cell, column) => column < labels ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!))
  );
  const line = widths.map((width, column) => column < labels ? "-".repeat(width) : `${"-".repeat(width - 1)}:`);
  return [padded[0]!, line, ...padded.slice(1)].map((cells) => `| ${cells.join(" | ")} |\n`).join("");
}
