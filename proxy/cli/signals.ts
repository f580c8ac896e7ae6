/** A signal that ends the program. */
export type EndSignal = "SIGINT" | "SIGTERM";

/** What a shell sees of a program that such a signal ended: 128 and the signal's number. */
export const SIGNAL_EXIT_CODES: Readonly<Record<EndSignal, number>> = { SIGINT: 130, SIGTERM: 143 };

/** The first and the second signal that end the program, whichever they are. */
export interface Signals {
  readonly first: Promise<EndSignal>;
  readonly second: Promise<EndSignal>;
}

/** Listens to the process's signals from now on, for good. */
export function listenForSignals(): Signals {
  const first = Promise.withResolvers<EndSignal>();
  const second = Promise.withResolvers<EndSignal>();
  let count = 0;
  // Windows has no SIGTERM that could be listened to.
  const signals: EndSignal[] = Deno.build.os === "windows" ? ["SIGINT"] : ["SIGINT", "SIGTERM"];
  for (const signal of signals) {
    Deno.addSignalListener(signal, () => (count++ === 0 ? first : second).resolve(signal));
  }
  return { first: first.promise, second: second.promise };
}
