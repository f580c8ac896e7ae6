/** How one series looks in every chart. */
export interface SeriesStyle {
  readonly hue: Hue;
  readonly stroke: "solid" | "dashed" | "dotted";
}

/** Hues by name, each for a light and for a dark background; told apart by most people who see few colours. */
const HUES = {
  blue: ["#1f6fb4", "#6cb2ee"],
  orange: ["#c2570c", "#f2995a"],
  green: ["#2f7d4f", "#6cc792"],
  purple: ["#7a4fa3", "#bd9be0"],
  grey: ["#6b7280", "#9aa4b2"],
} as const;

/** One of the palette's hues. */
export type Hue = keyof typeof HUES;

/** What the hues of a series without one of its own are taken from, in this order. */
export const FREE_HUES: readonly Hue[] = ["green", "purple", "grey"];

const DASHES = { solid: "none", dashed: "6 4", dotted: "1.5 4" } as const;
/** Paper, text, fainter text, lines of the grid, what is forbidden. */
const LIGHT = ["#ffffff", "#1f2328", "#59636e", "#e3e7eb", "#c9352b"] as const;
const DARK = ["#12161c", "#e6edf3", "#9aa4b2", "#2a313a", "#ff7b72"] as const;

/** The class of a series' lines. */
export function lineClass({ hue, stroke }: SeriesStyle): string {
  return `line ${hue} ${stroke}`;
}

/** The style sheet of every chart; follows what the reader's system prefers. */
export function styleSheet(): string {
  const strokes = Object.entries(DASHES).map(([name, dashes]) => `.${name}{stroke-dasharray:${dashes}}`);
  return [
    "text{font-family:system-ui,-apple-system,'Segoe UI','Helvetica Neue','DejaVu Sans',sans-serif;font-size:11px}",
    ".title{font-size:15px;font-weight:600}.panel{font-size:12px;font-weight:600}.subtitle{font-size:12px}",
    ".end{text-anchor:end}.middle{text-anchor:middle}",
    ".line{fill:none;stroke-width:2;stroke-linejoin:round;stroke-linecap:round}.grid{stroke-width:1}",
    ".rule{stroke-width:1.5}.leader{fill:none;stroke-width:1;stroke-opacity:0.5}.span{stroke-width:3;stroke-opacity:0.35}",
    ...strokes,
    colours(0, LIGHT),
    `@media (prefers-color-scheme: dark){${colours(1, DARK)}}`,
  ].join("\n");
}

function colours(index: 0 | 1, [paper, ink, faint, grid, bad]: readonly string[]): string {
  const hues = Object.entries(HUES).map(([name, shades]) =>
    `.${name}{stroke:${shades[index]}}.fill-${name}{fill:${shades[index]}}`
  );
  return [
    `.paper{fill:${paper}}text{fill:${ink}}.subtitle,.tick,.axis{fill:${faint}}`,
    `.grid{stroke:${grid}}.rule{stroke:${faint}}.limit{stroke:${bad}}.band{fill:${bad};fill-opacity:0.09}`,
    // After the colour of text, which also matches labels in a hue.
    ...hues,
  ].join("");
}
