/** Closes a connection or listener of the runtime, which may be closed already. */
export function closeConn(closer: { close(): void }): void {
  try {
    closer.close();
  } catch (error) {
    if (!(error instanceof Deno.errors.BadResource)) throw error;
  }
}
