import type { Document } from "../../codec/bson_types.ts";
import type { Binary, Timestamp } from "../types/bson_values.ts";
import type { InferIdType } from "../types/schema_id.ts";
import type { ResumeToken } from "./change_stream_options.ts";

/**
 * A change, told apart by its `operationType`; `TSchema` is what the documents look like. Servers may tell of other
 * operations, too, and pipelines may make something else of it.
 */
export type ChangeStreamDocument<TSchema = Document> =
  | ChangeStreamInsertDocument<TSchema>
  | ChangeStreamUpdateDocument<TSchema>
  | ChangeStreamReplaceDocument<TSchema>
  | ChangeStreamDeleteDocument<TSchema>
  | ChangeStreamDropDocument
  | ChangeStreamRenameDocument
  | ChangeStreamDropDatabaseDocument
  | ChangeStreamInvalidateDocument
  | ChangeStreamCreateIndexDocument
  | ChangeStreamCreateDocument
  | ChangeStreamCollModDocument
  | ChangeStreamDropIndexDocument
  | ChangeStreamShardCollectionDocument
  | ChangeStreamReshardCollectionDocument
  | ChangeStreamRefineCollectionShardKeyDocument;

/** What every change has. */
export interface ChangeStreamDocumentCommon {
  /** What a stream that begins after this change is told. */
  readonly _id: ResumeToken;
  /** When it happened; several changes may have the same time. */
  readonly clusterTime?: Timestamp;
  /** When it happened by the server's clock (MongoDB 6.0). */
  readonly wallTime?: Date;
  /** The number of the transaction that it was part of. */
  readonly txnNumber?: number;
  /** The session of the transaction that it was part of. */
  readonly lsid?: Document;
  /** Which part of a large change it is, where the pipeline ends with `$changeStreamSplitLargeEvent`. */
  readonly splitEvent?: ChangeStreamSplitEvent;
}

/** Which part of a change that was too large for one document. */
export interface ChangeStreamSplitEvent {
  /** Its number, from 1. */
  readonly fragment: number;
  /** How many parts there are. */
  readonly of: number;
}

/** A collection. */
export interface ChangeStreamNameSpace {
  /** The name of its database. */
  readonly db: string;
  /** Its name. */
  readonly coll: string;
}

/** What a change in a collection has. */
export interface ChangeStreamCollectionChange extends ChangeStreamDocumentCommon {
  /** The collection. */
  readonly ns: ChangeStreamNameSpace;
  /** What the collection is known by, whatever its name; with `showExpandedEvents` only. */
  readonly collectionUUID?: Binary;
}

/** What a change of a document has. */
export interface ChangeStreamDocumentChange<TSchema = Document> extends ChangeStreamCollectionChange {
  /** The document's `_id`, and the fields of the shard key. */
  readonly documentKey: { readonly _id: InferIdType<TSchema>; readonly [shardKey: string]: unknown };
}

/** What a change of a collection itself has; of these most are told with `showExpandedEvents` only. */
export interface ChangeStreamOperation extends ChangeStreamCollectionChange {
  /** What was done; with `showExpandedEvents` only. */
  readonly operationDescription?: Document;
}

/** A document was inserted. */
export interface ChangeStreamInsertDocument<TSchema = Document> extends ChangeStreamDocumentChange<TSchema> {
  /** Tells this change from the others. */
  readonly operationType: "insert";
  /** The document. */
  readonly fullDocument: TSchema;
}

/** Fields of a document were changed. */
export interface ChangeStreamUpdateDocument<TSchema = Document> extends ChangeStreamDocumentChange<TSchema> {
  /** Tells this change from the others. */
  readonly operationType: "update";
  /** What was changed. */
  readonly updateDescription: UpdateDescription<TSchema>;
  /** The document afterwards, as `fullDocument` asks for; `null` if it is not there any more. */
  readonly fullDocument?: TSchema | null;
  /** The document before, as `fullDocumentBeforeChange` asks for; `null` if the server does not have it. */
  readonly fullDocumentBeforeChange?: TSchema | null;
}

/** A document was replaced. */
export interface ChangeStreamReplaceDocument<TSchema = Document> extends ChangeStreamDocumentChange<TSchema> {
  /** Tells this change from the others. */
  readonly operationType: "replace";
  /** The new document. */
  readonly fullDocument: TSchema;
  /** The document before, as `fullDocumentBeforeChange` asks for; `null` if the server does not have it. */
  readonly fullDocumentBeforeChange?: TSchema | null;
}

/** A document was deleted. */
export interface ChangeStreamDeleteDocument<TSchema = Document> extends ChangeStreamDocumentChange<TSchema> {
  /** Tells this change from the others. */
  readonly operationType: "delete";
  /** The document before, as `fullDocumentBeforeChange` asks for; `null` if the server does not have it. */
  readonly fullDocumentBeforeChange?: TSchema | null;
}

/** What an update changed. */
export interface UpdateDescription<TSchema = Document> {
  /** The new values of fields, nested ones in dot notation. */
  readonly updatedFields?: Partial<TSchema> & Document;
  /** The fields that are not there any more. */
  readonly removedFields?: readonly string[];
  /** The arrays that lost items at their end. */
  readonly truncatedArrays?: readonly { readonly field: string; readonly newSize: number }[];
  /** The parts of paths that could be read in several ways; with `showExpandedEvents` only (MongoDB 6.1). */
  readonly disambiguatedPaths?: Document;
}

/** A collection was dropped. */
export interface ChangeStreamDropDocument extends ChangeStreamOperation {
  /** Tells this change from the others. */
  readonly operationType: "drop";
}

/** A collection was renamed. */
export interface ChangeStreamRenameDocument extends ChangeStreamOperation {
  /** Tells this change from the others. */
  readonly operationType: "rename";
  /** Its new name. */
  readonly to: ChangeStreamNameSpace;
}

/** A database was dropped. */
export interface ChangeStreamDropDatabaseDocument extends ChangeStreamDocumentCommon {
  /** Tells this change from the others. */
  readonly operationType: "dropDatabase";
  /** The database. */
  readonly ns: { readonly db: string };
}

/** The stream cannot go on: what it watches was dropped or renamed. No change follows. */
export interface ChangeStreamInvalidateDocument extends ChangeStreamDocumentCommon {
  /** Tells this change from the others. */
  readonly operationType: "invalidate";
}

/** Indexes were created. */
export interface ChangeStreamCreateIndexDocument extends ChangeStreamOperation {
  /** Tells this change from the others. */
  readonly operationType: "createIndexes";
}

/** Indexes were dropped. */
export interface ChangeStreamDropIndexDocument extends ChangeStreamOperation {
  /** Tells this change from the others. */
  readonly operationType: "dropIndexes";
}

/** A collection was created. */
export interface ChangeStreamCreateDocument extends ChangeStreamOperation {
  /** Tells this change from the others. */
  readonly operationType: "create";
  /** What was created (MongoDB 8.1). */
  readonly nsType?: "collection" | "timeseries" | "view";
}

/** The options of a collection were changed. */
export interface ChangeStreamCollModDocument extends ChangeStreamOperation {
  /** Tells this change from the others. */
  readonly operationType: "modify";
}

/** A collection was sharded. */
export interface ChangeStreamShardCollectionDocument extends ChangeStreamOperation {
  /** Tells this change from the others. */
  readonly operationType: "shardCollection";
}

/** A collection got another shard key. */
export interface ChangeStreamReshardCollectionDocument extends ChangeStreamOperation {
  /** Tells this change from the others. */
  readonly operationType: "reshardCollection";
}

/** Fields were added to the shard key of a collection. */
export interface ChangeStreamRefineCollectionShardKeyDocument extends ChangeStreamOperation {
  /** Tells this change from the others. */
  readonly operationType: "refineCollectionShardKey";
}
