import { type Document, serialize } from "bson";
import { DocumentBuilder } from "../../codec/legacy/document_builder.ts";
import { encodeCommand } from "../../codec/legacy/encode_command.ts";
import { readQueryOptions, wrappedFilter } from "../../codec/legacy/query_options.ts";
import type { OpQuery } from "../../codec/op_query.ts";

const EMPTY_DOCUMENT_BYTES = 5;

/** The namespace of cursors of {@linkcode listingCommand}. */
export const LISTING_NAMESPACE = "admin.$cmd.aggregate";

/**
 * An `aggregate` of documents that are in no collection, an OP_MSG of the query's request id: a server finds, sorts and
 * cuts them as `query` says. Throws `CodecError` if that is malformed, `LegacyRefusal` if it cannot be answered.
 */
export function listingCommand(query: OpQuery, documents: readonly Document[]): Uint8Array {
  const { numberToReturn, requestId } = query;
  const cursor = new DocumentBuilder();
  if (numberToReturn > 1) cursor.int32("batchSize", numberToReturn);
  const command = new DocumentBuilder().int32("aggregate", 1).array("pipeline", stagesOf(query, documents))
    .document("cursor", cursor.finish())
    .document("$readPreference", new DocumentBuilder().string("mode", "primaryPreferred").finish());
  return encodeCommand(requestId, "admin", command);
}

function stagesOf(query: OpQuery, documents: readonly Document[]): Uint8Array[] {
  const { numberToSkip, numberToReturn, returnFieldsSelector } = query;
  const filter = wrappedFilter(query.query);
  const sort = filter === null ? undefined : readQueryOptions(query.query).get("sort");
  const literal = new DocumentBuilder().array("$literal", documents.map((document) => serialize(document)));
  const stages = [
    new DocumentBuilder().document("$documents", literal.finish()),
    new DocumentBuilder().document("$match", filter ?? query.query),
  ];
  if (sort !== undefined && !isEmpty(sort.bytes)) stages.push(new DocumentBuilder().value("$sort", sort));
  if (numberToSkip > 0) stages.push(new DocumentBuilder().int32("$skip", numberToSkip));
  if (numberToReturn < 0 || numberToReturn === 1) {
    stages.push(new DocumentBuilder().int32("$limit", Math.abs(numberToReturn)));
  }
  if (returnFieldsSelector !== null && !isEmpty(returnFieldsSelector)) {
    stages.push(new DocumentBuilder().document("$project", returnFieldsSelector));
  }
  return stages.map((stage) => stage.finish());
}

function isEmpty({ length }: Uint8Array): boolean {
  return length === EMPTY_DOCUMENT_BYTES;
}
