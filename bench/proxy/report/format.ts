/** A whole number with separators, or a dash where it was not measured. */
export function whole(value: number): string {
  return Number.isFinite(value) ? Math.round(value).toLocaleString("en") : "–";
}

/** A number with so many decimals, or a dash where it was not measured. */
export function decimals(value: number, digits: number): string {
  return Number.isFinite(value) ? value.toLocaleString("en", fraction(digits)) : "–";
}

/** Milliseconds with as many decimals as they deserve. */
export function milliseconds(value: number): string {
  return decimals(value, value < 10 ? 2 : value < 100 ? 1 : 0);
}

function fraction(digits: number): Intl.NumberFormatOptions {
  return { minimumFractionDigits: digits, maximumFractionDigits: digits };
}
