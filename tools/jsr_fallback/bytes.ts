/**
 * `@std/bytes` where JSR cannot be reached: std's own code from npm, which carries no types, with the types it has on
 * JSR. Only what the project uses.
 *
 * @module
 */
// deno-lint-ignore-file no-import-prefix -- loaded only through the fallback import map
import * as std from "npm:deno-std@1.4.0/bytes/mod.js";

export const concat: (buffers: readonly Uint8Array[]) => Uint8Array<ArrayBuffer> = std.concat;
export const copy: (src: Uint8Array, dst: Uint8Array, offset?: number) => number = std.copy;
export const endsWith: (source: Uint8Array, suffix: Uint8Array) => boolean = std.endsWith;
export const equals: (a: Uint8Array, b: Uint8Array) => boolean = std.equals;
export const includesNeedle: (source: Uint8Array, needle: Uint8Array, start?: number) => boolean = std.includesNeedle;
export const indexOfNeedle: (source: Uint8Array, needle: Uint8Array, start?: number) => number = std.indexOfNeedle;
export const startsWith: (source: Uint8Array, prefix: Uint8Array) => boolean = std.startsWith;
