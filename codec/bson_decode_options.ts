import type { Document } from "./bson_types.ts";

/** How a document is decoded: the options of `deserialize` of `npm:bson`, and one more. */
export interface DecodeDocumentOptions {
  /** Whether numbers, and symbols, become JavaScript's and no instances of a class. @default {true} */
  readonly promoteValues?: boolean;
  /** Whether an int64 becomes a number where that is exact, else a `Long`. @default {true} */
  readonly promoteLongs?: boolean;
  /** Whether binary values become bytes and no `Binary` with its subtype. @default {false} */
  readonly promoteBuffers?: boolean;
  /** Whether an int64 becomes a bigint. @default {false} */
  readonly useBigInt64?: boolean;
  /** Whether regular expressions become `BSONRegExp`, which has all options. @default {false} */
  readonly bsonRegExp?: boolean;
  /** Whether embedded documents become their bytes. @default {false} */
  readonly raw?: boolean;
  /** Names of arrays whose documents become their bytes, each with `true`. */
  readonly fieldsAsRaw?: Document;
  /** Whether text must be UTF-8, or in which fields of the outermost document it must or need not. */
  readonly validation?: { readonly utf8: boolean | Record<string, true> | Record<string, false> };
  /** Where the document begins, in bytes. @default {0} */
  readonly index?: number;
  /** Whether there may be bytes around the document. @default {false} */
  readonly allowObjectSmallerThanBufferSize?: boolean;
  /** Whether binary values get bytes of their own, so that the document's may be used again. @default {false} */
  readonly copyBuffers?: boolean;
}

/** What {@linkcode DecodeDocumentOptions} come to. */
export interface DecodeSettings {
  readonly promoteValues: boolean;
  readonly promoteLongs: boolean;
  readonly promoteBuffers: boolean;
  readonly useBigInt64: boolean;
  readonly bsonRegExp: boolean;
  readonly copyBuffers: boolean;
  readonly validatesText: boolean;
}

const DEFAULTS = decide({});

/**
 * Decides what was left open.
 *
 * @throws {TypeError} if int64 values are wanted as bigints and as instances of `Long`
 */
export function decodeSettings(options: DecodeDocumentOptions | undefined): DecodeSettings {
  return options === undefined ? DEFAULTS : decide(options);
}

function decide(options: DecodeDocumentOptions): DecodeSettings {
  const promoteValues = options.promoteValues ?? true;
  const promoteLongs = (options.promoteLongs ?? true) && promoteValues;
  const useBigInt64 = options.useBigInt64 ?? false;
  if (useBigInt64 && !promoteLongs) {
    throw new TypeError("Option useBigInt64 excludes promoteLongs: false and promoteValues: false");
  }
  return {
    promoteValues,
    promoteLongs,
    promoteBuffers: (options.promoteBuffers ?? false) && promoteValues,
    useBigInt64,
    bsonRegExp: options.bsonRegExp ?? false,
    copyBuffers: options.copyBuffers ?? false,
    validatesText: options.validation?.utf8 !== false,
  };
}
