import type { Document } from "../../codec/bson_types.ts";

/** `body` with those of `fields` that are set; what is `undefined` is not sent, whatever the encoder does with it. */
export function withFields(body: Document, fields: Document): Document {
  for (const name in fields) {
    const value = fields[name];
    if (value !== undefined) body[name] = value;
  }
  return body;
}
