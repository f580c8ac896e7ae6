/** The signals that end the demo, and the exit code that a shell expects of it then. */
const EXIT_CODES = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

type EndSignal = keyof typeof EXIT_CODES;

/** Resolves to the exit code for the first signal that comes; the second ends the process at once. */
export function firstSignal(): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<number>();
  let count = 0;
  for (const signal of endSignals()) {
    Deno.addSignalListener(signal, () => {
      if (count++ > 0) Deno.exit(EXIT_CODES[signal]);
      resolve(EXIT_CODES[signal]);
    });
  }
  return promise;
}

function endSignals(): EndSignal[] {
  return Deno.build.os === "windows" ? ["SIGINT"] : ["SIGINT", "SIGTERM", "SIGHUP"];
}
