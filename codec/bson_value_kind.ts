/**
 * What kind of object a value is, told by the signs that `npm:bson` goes by: objects of other realms and of other
 * copies of that package have other classes.
 *
 * @module
 */

const typedArrayName = Object.getOwnPropertyDescriptor(
  Object.getPrototypeOf(Uint8Array.prototype),
  Symbol.toStringTag,
)!.get!;

/** Whether it is a date. */
export function isDate(value: object): value is Date {
  return value instanceof Date || Object.prototype.toString.call(value) === "[object Date]";
}

/** Whether it is a regular expression of JavaScript. */
export function isRegExp(value: object): value is RegExp {
  return value instanceof RegExp || Object.prototype.toString.call(value) === "[object RegExp]";
}

/** Whether its entries are a document's fields. */
export function isMap(value: object): value is Map<unknown, unknown> {
  return value instanceof Map || stringTag(value) === "Map";
}

/** Whether it is an array of bytes. */
export function isUint8Array(value: object): value is Uint8Array {
  return value instanceof Uint8Array || typedArrayName.call(value) === "Uint8Array";
}

/** Whether it is memory as such, shared or not. */
export function isAnyArrayBuffer(value: object): boolean {
  const tag = stringTag(value);
  return tag === "ArrayBuffer" || tag === "SharedArrayBuffer";
}

function stringTag(value: object): unknown {
  return (value as { [Symbol.toStringTag]?: unknown })[Symbol.toStringTag];
}
