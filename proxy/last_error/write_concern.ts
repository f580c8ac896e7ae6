import { Decimal128, type Document, Double, Int32, Long } from "bson";
import type { FailedOperation } from "./last_error.ts";

/** What `getLastError` is asked to wait for. */
export interface WriteConcern {
  /** How many members, or a mode such as `majority`; 1 is the primary alone. */
  readonly w: number | string;
  /** Until the journal has it. */
  readonly j: boolean;
  /** The older word for that. */
  readonly fsync: boolean;
  /** In milliseconds; 0 and less for as long as it takes. */
  readonly wtimeout: number;
}

/** The write concern of a `getLastError` is none that the deployment can have. */
export class BadWriteConcernError extends Error implements FailedOperation {
  override readonly name = "BadWriteConcernError";
  readonly code: number;
  readonly codeName: string;

  constructor(message: string, { code, codeName } = FAILED_TO_PARSE) {
    super(message);
    this.code = code;
    this.codeName = codeName;
  }

  get errmsg(): string {
    return this.message;
  }
}

const FAILED_TO_PARSE = { code: 9, codeName: "FailedToParse" };
const BAD_VALUE = { code: 2, codeName: "BadValue" };
/** The most members that a replica set can have. */
const MAX_W = 50;

/** Fields that any command can have, which say nothing of the write concern. */
const GENERIC_FIELDS: ReadonlySet<string> = new Set([
  ...[
    "$db",
    "$readPreference",
    "$queryOptions",
    "$clusterTime",
    "$audit",
    "$client",
    "lsid",
    "txnNumber",
    "autocommit",
  ],
  ...["startTransaction", "stmtId", "maxTimeMS", "readConcern", "comment"],
  ...["apiVersion", "apiStrict", "apiDeprecationErrors"],
]);

/** A command without the fields that any can have. */
export function withoutGenericFields(command: Document): Document {
  return Object.fromEntries(Object.entries(command).filter(([key]) => !GENERIC_FIELDS.has(key)));
}

/**
 * Reads the write concern of a `getLastError` without generic fields, whose numbers were not promoted. `hasMembers`:
 * there may be more than one server with the data. Throws {@linkcode BadWriteConcernError} in the words of MongoDB 5.0.
 */
export function parseWriteConcern(command: Document, hasMembers: boolean): WriteConcern {
  const concern = { w: 1 as number | string, j: false, fsync: false, wtimeout: 0 };
  const [, ...fields] = Object.entries(command);
  for (const [key, value] of fields) {
    if (key === "w") concern.w = readW(value);
    else if (key === "j" || key === "fsync") concern[key] = readFlag(key, value);
    else if (key === "wtimeout") concern.wtimeout = Number(BigInt.asIntN(32, BigInt(Math.trunc(numberOf(value) ?? 0))));
    else throw new BadWriteConcernError(`unrecognized write concern field: ${key}`);
  }
  if (concern.j && concern.fsync) throw new BadWriteConcernError("fsync and j options cannot be used together");
  if (hasMembers) return concern;
  refuseMembers(concern.w);
  return { ...concern, w: 1 };
}

function readW(value: unknown): number | string {
  if (value === null || value === undefined || value === "") return 1;
  if (typeof value === "string") return value;
  const number = numberOf(value);
  if (number === null) throw new BadWriteConcernError("w has to be a number or a string");
  const w = Math.trunc(number);
  if (w >= 0 && w <= MAX_W) return w;
  throw new BadWriteConcernError(`w has to be a non-negative number and not greater than ${MAX_W}`);
}

function readFlag(key: string, value: unknown): boolean {
  if (typeof value === "boolean") return value;
  const number = numberOf(value);
  if (number === null) throw new BadWriteConcernError(`${key} must be numeric or a boolean value`);
  return number !== 0;
}

/** A standalone server has nobody to wait for. */
function refuseMembers(w: number | string): void {
  if (typeof w === "number") {
    if (w > 1) throw new BadWriteConcernError("cannot use 'w' > 1 when a host is not replicated", BAD_VALUE);
  } else if (w !== "majority") {
    const problem = `cannot use non-majority 'w' mode ${w} when a host is not a member of a replica set`;
    throw new BadWriteConcernError(problem, BAD_VALUE);
  }
}

/** A BSON number's value, of NaN 0; null for what is none. */
function numberOf(value: unknown): number | null {
  const isNumber = value instanceof Int32 || value instanceof Double || value instanceof Long ||
    value instanceof Decimal128;
  return isNumber ? Number(value.toString()) || 0 : null;
}
