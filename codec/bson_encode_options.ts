/** How a document is encoded: the options of `serialize` of `npm:bson`. */
export interface EncodeDocumentOptions {
  /** Whether keys that begin with a dollar sign or have a dot are refused. @default {false} */
  readonly checkKeys?: boolean;
  /** Whether fields without a value are left out; else they are null. @default {true} */
  readonly ignoreUndefined?: boolean;
  /** Whether functions become code; else they are left out. @default {false} */
  readonly serializeFunctions?: boolean;
}

/** What {@linkcode EncodeDocumentOptions} come to. */
export interface EncodeSettings {
  readonly checkKeys: boolean;
  readonly ignoreUndefined: boolean;
  readonly serializeFunctions: boolean;
  /** Whether somebody gave strings, numbers or booleans a `toBSON` method. */
  readonly convertsPrimitives: boolean;
}

/** Decides what was left open. */
export function encodeSettings(options: EncodeDocumentOptions): EncodeSettings {
  return {
    checkKeys: options.checkKeys ?? false,
    ignoreUndefined: options.ignoreUndefined ?? true,
    serializeFunctions: options.serializeFunctions ?? false,
    convertsPrimitives: convertsItself("") || convertsItself(0) || convertsItself(false) || convertsItself(0n) ||
      convertsItself(Symbol.iterator),
  };
}

/** Whether a value says itself what is to be encoded in its place. */
export function convertsItself(value: unknown): value is { toBSON(): unknown } {
  return typeof (value as { toBSON?: unknown } | null | undefined)?.toBSON === "function";
}
