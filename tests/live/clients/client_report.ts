/**
 * What a client program prints: the result of every check, free of times, ids and ports, so that the report of a run
 * against a replica set and the report of a run through the gateway can be compared for equality.
 *
 * @module
 */

/** A check that ended has a result; one that threw or took too long has a failure. */
export type Outcome = { readonly result: unknown } | { readonly failure: string };

/** The document on a client program's standard output. */
export interface ClientReport {
  /** Driver and version, such as `mongodb 7.9.0`. */
  readonly client: string;
  readonly checks: Readonly<Record<string, Outcome>>;
}

/** One thing that an application does with its driver; resolves to what it saw. */
export type Check<Context> = (context: Context) => Promise<unknown>;

/** How {@linkcode runChecks} runs. */
export interface RunOptions {
  /** Names of the checks to run; all of them when empty. */
  readonly only: readonly string[];
  /** A check that has not ended by then has failed, in milliseconds. */
  readonly timeLimitMS: number;
  /** Told when a check ended, for progress on standard error. */
  readonly onEnd: (name: string, outcome: Outcome, elapsedMS: number) => void;
}

/** Runs the checks one after the other; never rejects. */
export async function runChecks<Context>(
  checks: Readonly<Record<string, Check<Context>>>,
  context: Context,
  options: RunOptions,
): Promise<Record<string, Outcome>> {
  const outcomes: Record<string, Outcome> = {};
  for (const [name, check] of Object.entries(checks)) {
    if (options.only.length > 0 && !options.only.includes(name)) continue;
    const start = performance.now();
    const outcome = await outcomeOf(check(context), options.timeLimitMS);
    outcomes[name] = outcome;
    options.onEnd(name, outcome, performance.now() - start);
  }
  return outcomes;
}

async function outcomeOf(check: Promise<unknown>, timeLimitMS: number): Promise<Outcome> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const expiry = new Promise<Outcome>((resolve) => {
    timer = setTimeout(() => resolve({ failure: `No end within ${timeLimitMS} ms` }), timeLimitMS);
  });
  const end = check.then(
    (result): Outcome => ({ result: canonical(result) }),
    (error: unknown): Outcome => ({
      failure: error instanceof Error ? `${error.name}: ${error.message}` : String(error),
    }),
  );
  const outcome = await Promise.race([end, expiry]);
  clearTimeout(timer);
  return outcome;
}

/** Writes the report with sorted keys, so that equal reports are equal texts. */
export function formatReport(report: ClientReport): string {
  return JSON.stringify(canonical(report), null, 1);
}

/** A value as plain JSON: keys sorted, BSON types named, generated ids and clock values replaced by their type. */
export function canonical(value: unknown): unknown {
  if (value === undefined || value === null) return null;
  if (typeof value === "bigint" || typeof value === "number") return canonicalNumber(Number(value));
  if (typeof value === "string") return withoutRunValues(value);
  if (typeof value !== "object") return value;
  if (value instanceof Date) return "Date";
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  if (Array.isArray(value)) return value.map(canonical);
  return canonicalObject(value);
}

function canonicalObject(value: object): unknown {
  const type: unknown = Reflect.get(value, "_bsontype");
  if (type === "Long") return canonicalNumber(Number(value.toString()));
  if (type === "Decimal128") return `Decimal128 ${value}`;
  if (typeof type === "string") return type.replace("ObjectID", "ObjectId");
  const entries = Object.entries(value).map(([key, item]): [string, unknown] => [key, canonical(item)]);
  return Object.fromEntries(entries.sort(([a], [b]) => a < b ? -1 : a > b ? 1 : 0));
}

/** Large integers are cursor ids, most of them past what a double holds, and differ from run to run; texts likewise. */
function canonicalNumber(value: number): unknown {
  return Number.isInteger(value) && Math.abs(value) >= 1e9 && Math.abs(value) < 2 ** 63 ? "<number>" : value;
}

/** Replaces what differs from run to run inside a text: object ids, UUIDs, host addresses, timestamps, long numbers. */
function withoutRunValues(text: string): string {
  return text
    .replace(/(txnNumber:?|Transaction) \d+/g, "$1 <number>")
    .replace(/\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/gi, "<uuid>")
    .replace(/\b[0-9a-f]{24}\b/gi, "<id>")
    .replace(/Timestamp\(\d+, \d+\)/g, "<timestamp>")
    .replace(/\b(localhost|127\.0\.0\.1):\d+/g, "<address>")
    .replace(/-?\b\d{10,}\b/g, "<number>");
}
