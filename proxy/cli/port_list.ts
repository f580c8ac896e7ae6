import type { FlagKind } from "./flag_kind.ts";

const MAX_PORT = 65_535;

/** Ports and ranges of them, as in `6000-6010,6020`, in their order and each once; an empty text for none. */
export const portList: FlagKind<readonly number[]> = {
  expected: `ports from 1 to ${MAX_PORT}, such as 6000-6010,6020`,
  placeholder: "PORTS",
  parse: (given) => given === "" ? [] : join(given.split(",").map(readRange)),
  accept: (json) =>
    Array.isArray(json)
      ? join(json.map(acceptRange))
      : typeof json === "string"
      ? portList.parse(json)
      : acceptRange(json),
  format: (ports) => runsOf(ports).map(([first, last]) => first === last ? `${first}` : `${first}-${last}`).join(","),
};

function acceptRange(json: unknown): readonly number[] | null {
  return typeof json === "number" || typeof json === "string" ? readRange(String(json)) : null;
}

function readRange(text: string): readonly number[] | null {
  const match = /^\s*(\d{1,5})(?:-(\d{1,5}))?\s*$/.exec(text);
  if (match === null) return null;
  const first = Number(match[1]);
  const last = Number(match[2] ?? first);
  const isRange = first >= 1 && first <= last && last <= MAX_PORT;
  return isRange ? Array.from({ length: last - first + 1 }, (_, index) => first + index) : null;
}

function join(ranges: readonly (readonly number[] | null)[]): readonly number[] | null {
  return ranges.includes(null) ? null : [...new Set(ranges.flatMap((range) => range ?? []))];
}

/** First and last of the ports that follow one another. */
function runsOf(ports: readonly number[]): [first: number, last: number][] {
  const runs: [number, number][] = [];
  for (const port of ports) {
    const run = runs.at(-1);
    if (run?.[1] === port - 1) run[1] = port;
    else runs.push([port, port]);
  }
  return runs;
}
