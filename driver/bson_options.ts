/** How documents are encoded and decoded; the names and meanings are those of `npm:bson`. */
export interface BSONSerializeOptions {
  /** Leave fields out whose value is `undefined`; otherwise they are sent as `null`. @default {false} */
  readonly ignoreUndefined?: boolean;
  /** Send functions as code. @default {false} */
  readonly serializeFunctions?: boolean;
  /** Refuse keys that begin with `$` or hold a dot. @default {false} */
  readonly checkKeys?: boolean;
  /** Decode 64-bit integers that fit as numbers. @default {true} */
  readonly promoteLongs?: boolean;
  /** Decode binary data of the generic subtype as `Uint8Array`. @default {false} */
  readonly promoteBuffers?: boolean;
  /** Decode numbers and regular expressions as values of the language. @default {true} */
  readonly promoteValues?: boolean;
  /** Decode 64-bit integers as `bigint`. @default {false} */
  readonly useBigInt64?: boolean;
  /** Decode regular expressions as `BSONRegExp`. @default {false} */
  readonly bsonRegExp?: boolean;
  /** Refuse strings that are not UTF-8. @default {true} */
  readonly enableUtf8Validation?: boolean;
  /** Give documents as their bytes. @default {false} */
  readonly raw?: boolean;
}

const NAMES = [
  "ignoreUndefined",
  "serializeFunctions",
  "checkKeys",
  "promoteLongs",
  "promoteBuffers",
  "promoteValues",
  "useBigInt64",
  "bsonRegExp",
  "enableUtf8Validation",
  "raw",
] as const satisfies readonly (keyof BSONSerializeOptions)[];

/** `base` with those of `options` that are set; `base` itself if none is. */
export function inheritBsonOptions(base: BSONSerializeOptions, options: BSONSerializeOptions): BSONSerializeOptions {
  let merged: Record<string, boolean | undefined> | null = null;
  for (const name of NAMES) {
    if (options[name] === undefined) continue;
    merged ??= { ...base };
    merged[name] = options[name];
  }
  return merged ?? base;
}
