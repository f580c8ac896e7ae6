/**
 * Lets an error that came out of a callback show who asked for the operation: its stack ends at the event loop, while
 * that of whoever calls this goes on to the caller. One that shows it already stays as it is.
 */
export function addCallerStack(error: unknown): void {
  if (!(error instanceof Error) || error.stack === undefined || error.stack.includes("executeOperation")) return;
  const [, ...frames] = new Error().stack?.split("\n") ?? [];
  error.stack = [error.stack, ...frames].join("\n");
}
