/**
 * Takes two of `servers` at random and gives the one with fewer operations; `null` if there are none.
 * `random` gives numbers from 0 up to, not including, 1.
 */
export function chooseServer<S>(
  servers: readonly S[],
  operationCount: (server: S) => number,
  random: () => number = Math.random,
): S | null {
  const count = servers.length;
  if (count < 2) return servers[0] ?? null;
  const first = Math.floor(random() * count);
  // One of the others, each as likely.
  const second = (first + 1 + Math.floor(random() * (count - 1))) % count;
  const a = servers[first]!;
  const b = servers[second]!;
  return operationCount(b) < operationCount(a) ? b : a;
}
