const TIMEOUT_MS = 5_000;
const INTERVAL_MS = 2;

/** Waits until `isSo`, for what tells of itself by no event. Throws after five seconds. */
export async function eventually(what: string, isSo: () => boolean): Promise<void> {
  const deadline = performance.now() + TIMEOUT_MS;
  while (!isSo()) {
    if (performance.now() > deadline) throw new Error(`Still not so: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, INTERVAL_MS));
  }
}
