/** When a client sends its next request: at once, at moments that all clients share, or after a random time. */
export type Rhythm =
  | { readonly kind: "steady" }
  | { readonly kind: "bursts"; readonly periodMS: number }
  | { readonly kind: "think"; readonly meanMS: number };

/** How long a client rests now, at the time `nowMS`; `chance` is a random number from 0 to 1. */
export function restMS(rhythm: Rhythm, nowMS: number, chance: number): number {
  switch (rhythm.kind) {
    case "steady":
      return 0;
    case "bursts":
      return rhythm.periodMS - nowMS % rhythm.periodMS;
    case "think":
      return 2 * rhythm.meanMS * chance;
  }
}
