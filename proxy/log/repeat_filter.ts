/** How long a line speaks for all that say the same. */
const WINDOW_MS = 1_000;
/** Keys that are remembered; all are forgotten when there are more, which costs a few lines more. */
const MAX_KEYS = 1_000;

interface Window {
  readonly startedAt: number;
  held: number;
}

/** Lets one line of a kind pass within a second and counts the others, so that an outage does not drown the log. */
export class RepeatFilter {
  readonly #windows = new Map<string, Window>();

  /** Null to hold a line back at `nowMS`, or how many were held back since the last that passed. */
  admit(key: string, nowMS: number): number | null {
    const window = this.#windows.get(key);
    if (window !== undefined && nowMS - window.startedAt < WINDOW_MS) {
      window.held++;
      return null;
    }
    if (this.#windows.size >= MAX_KEYS) this.#windows.clear();
    this.#windows.set(key, { startedAt: nowMS, held: 0 });
    return window?.held ?? 0;
  }
}
