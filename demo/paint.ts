/** The ways in which a text can be set off. */
const STYLES = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, cyan: 36 } as const;

/** Sets texts off on a terminal that shows colours, and leaves them as they are elsewhere. */
export type Paint = Readonly<Record<keyof typeof STYLES, (text: string) => string>>;

/** Makes a {@linkcode Paint}. */
export function paintFor(isColored: boolean): Paint {
  const style = (code: number) => (text: string) => isColored ? `\x1b[${code}m${text}\x1b[0m` : text;
  const { bold, dim, red, green, yellow, cyan } = STYLES;
  return {
    bold: style(bold),
    dim: style(dim),
    red: style(red),
    green: style(green),
    yellow: style(yellow),
    cyan: style(cyan),
  };
}
