import { Code } from "bson";
import { asReference, isReferenceKey } from "./bson_db_ref.ts";
import type { DecodeSettings } from "./bson_decode_options.ts";
import { decodeSimpleValue } from "./bson_decode_value.ts";
import { MAX_DEPTH, tooDeep } from "./bson_depth.ts";
import { BsonType } from "./bson_extent.ts";
import type { BsonSource } from "./bson_source.ts";
import type { Document } from "./bson_types.ts";
import { CodecError } from "./error.ts";

const DOLLAR = 0x24;

/** Decodes the document at the source's offset, which must end before `limit`; `depth` documents are around it. */
export function decodeFields(source: BsonSource, settings: DecodeSettings, limit: number, depth: number): Document {
  const fields: Document = {};
  return readFields(source, settings, limit, depth, fields) ? asReference(fields) : fields;
}

/** Reads a document into `fields`, and says whether these may be a reference's. */
function readFields(
  source: BsonSource,
  settings: DecodeSettings,
  limit: number,
  depth: number,
  fields: Document,
): boolean {
  if (depth >= MAX_DEPTH) throw tooDeep(source.offset);
  const end = source.enterDocument(limit);
  let isReference: boolean | null = null;
  while (source.offset < end) {
    const type = source.byte();
    const key = source.key(end);
    if (key.charCodeAt(0) === DOLLAR) isReference = isReference !== false && isReferenceKey(key);
    const value = decodeValue(source, settings, type, end, depth);
    if (key === "__proto__") defineField(fields, key, value);
    else fields[key] = value;
  }
  source.leaveDocument(end);
  return isReference === true;
}

/** Assigning to `__proto__` would change the object's prototype. */
function defineField(fields: Document, key: string, value: unknown): void {
  Object.defineProperty(fields, key, { value, writable: true, enumerable: true, configurable: true });
}

function decodeItems(source: BsonSource, settings: DecodeSettings, limit: number, depth: number): unknown[] {
  if (depth >= MAX_DEPTH) throw tooDeep(source.offset);
  const end = source.enterDocument(limit);
  const items: unknown[] = [];
  while (source.offset < end) {
    const type = source.byte();
    source.skipKey(end);
    items.push(decodeValue(source, settings, type, end, depth));
  }
  source.leaveDocument(end);
  return items;
}

function decodeCodeWithScope(source: BsonSource, settings: DecodeSettings, limit: number, depth: number): Code {
  const start = source.offset;
  const length = source.int32();
  const code = source.string(limit, settings.validatesText);
  const scope: Document = {};
  readFields(source, settings, limit, depth + 1, scope);
  if (source.offset === start + length) return new Code(code, scope);
  throw new CodecError("Bad length of a BSON code with scope", {
    offset: start,
    expected: source.offset - start,
    actual: length,
  });
}

function decodeValue(source: BsonSource, settings: DecodeSettings, type: number, end: number, depth: number): unknown {
  switch (type) {
    case BsonType.document:
      return decodeFields(source, settings, end, depth + 1);
    case BsonType.array:
      return decodeItems(source, settings, end, depth + 1);
    case BsonType.codeWithScope:
      return decodeCodeWithScope(source, settings, end, depth);
    default:
      return decodeSimpleValue(source, settings, type, end);
  }
}
