import { ElementWalker, findElement, readDocument, readNumber, readString } from "../bson_view.ts";
import { DocumentBuilder } from "./document_builder.ts";
import { LegacyRefusal } from "./legacy_refusal.ts";
import { parseNamespace } from "./namespace.ts";

/** An index that was inserted into `system.indexes`. */
export interface IndexCommand {
  /** The collection that it is for. */
  readonly collection: string;
  /** `createIndexes` with all but what every write command has. */
  readonly command: DocumentBuilder;
}

/**
 * Makes `createIndexes` of a document inserted into `system.indexes` of `database`. The index gets a name if it has
 * none. Its `ns` is left out, and so is version 0, which no server creates any more. Fields that servers do not know
 * are passed over by them, as old ones took any.
 *
 * @throws {CodecError} if the document is no valid BSON
 * @throws {LegacyRefusal} if it does not name a collection of the database
 */
export function indexCommand(database: string, specification: Uint8Array): IndexCommand {
  const collection = indexedCollection(database, specification);
  const index = new DocumentBuilder();
  const walker = new ElementWalker(specification);
  while (walker.next()) if (!isLeftOut(walker)) index.element(walker);
  if (findElement(specification, "name") < 0) addName(index, specification);
  const command = new DocumentBuilder().string("createIndexes", collection).array("indexes", [index.finish()])
    .boolean("ignoreUnknownIndexOptions", true);
  return { collection, command };
}

function indexedCollection(database: string, specification: Uint8Array): string {
  const element = findElement(specification, "ns");
  if (element < 0) throw new LegacyRefusal(4, "NoSuchKey", 'Missing "ns" field in index description');
  const name = readString(specification, element);
  if (name === null) {
    throw new LegacyRefusal(14, "TypeMismatch", 'Expected "ns" field of index description to be a string');
  }
  const namespace = parseNamespace(name);
  if (namespace?.database === database) return namespace.collection;
  const errmsg = `Cannot create an index on ${name} with an insert to ${database}.system.indexes`;
  throw new LegacyRefusal(72, "InvalidOptions", errmsg);
}

function isLeftOut(walker: ElementWalker): boolean {
  return walker.isKey("ns") || (walker.isKey("v") && readNumber(walker.bytes, walker.element) === 0);
}

/** Adds the name that drivers give: the keys and their directions or kinds. Without a `key` the server refuses. */
function addName(index: DocumentBuilder, specification: Uint8Array): void {
  const key = readDocument(specification, findElement(specification, "key"));
  if (key === null) return;
  const parts: string[] = [];
  const walker = new ElementWalker(key);
  while (walker.next()) {
    const kind = readString(key, walker.element) ?? readNumber(key, walker.element) ?? "";
    parts.push(`${walker.key}_${kind}`);
  }
  index.string("name", parts.join("_"));
}
