/**
 * What an application imports: clients, databases, collections and cursors, and their types.
 *
 * @module
 */
export { Admin, type ListDatabasesOptions, type ListDatabasesResult } from "./admin.ts";
export type { BSONSerializeOptions } from "./bson_options.ts";
export { BulkOperation, FindOperators } from "./bulk/bulk_operation.ts";
export { MongoBulkWriteError } from "./bulk/bulk_write_error.ts";
export { BulkWriteResult } from "./bulk/bulk_write_result.ts";
export type { BulkWriteOptions } from "./bulk/write_batch.ts";
export { WriteConcernError, WriteError, type WriteErrorDetails } from "./bulk/write_error.ts";
export type {
  AnyBulkWriteOperation,
  DeleteManyModel,
  DeleteOneModel,
  InsertOneModel,
  ReplaceOneModel,
  UpdateManyModel,
  UpdateOneModel,
} from "./bulk/write_model.ts";
export { ChangeStream } from "./change_stream/change_stream.ts";
export type {
  ChangeStreamCollectionChange,
  ChangeStreamCollModDocument,
  ChangeStreamCreateDocument,
  ChangeStreamCreateIndexDocument,
  ChangeStreamDeleteDocument,
  ChangeStreamDocument,
  ChangeStreamDocumentChange,
  ChangeStreamDocumentCommon,
  ChangeStreamDropDatabaseDocument,
  ChangeStreamDropDocument,
  ChangeStreamDropIndexDocument,
  ChangeStreamInsertDocument,
  ChangeStreamInvalidateDocument,
  ChangeStreamNameSpace,
  ChangeStreamOperation,
  ChangeStreamRefineCollectionShardKeyDocument,
  ChangeStreamRenameDocument,
  ChangeStreamReplaceDocument,
  ChangeStreamReshardCollectionDocument,
  ChangeStreamShardCollectionDocument,
  ChangeStreamSplitEvent,
  ChangeStreamUpdateDocument,
  UpdateDescription,
} from "./change_stream/change_stream_document.ts";
export type { ChangeStreamEvents } from "./change_stream/change_stream_emitter.ts";
export { MongoChangeStreamError } from "./change_stream/change_stream_error.ts";
export type { ChangeStreamOptions, ResumeToken } from "./change_stream/change_stream_options.ts";
export type { ClientOptions } from "./client_settings.ts";
export { Collection, type CollectionOptions } from "./collection.ts";
export type { AggregateOptions } from "./crud/aggregate.ts";
export type { DropCollectionOptions, RenameOptions } from "./crud/collection_commands.ts";
export type { CountDocumentsOptions, CountOptions, EstimatedDocumentCountOptions } from "./crud/count.ts";
export type {
  CollationOptions,
  CommandOperationOptions,
  ExplainCommandOptions,
  ExplainVerbosity,
  ExplainVerbosityLike,
  Hint,
} from "./crud/crud_options.ts";
export type { DeleteOptions, DeleteResult } from "./crud/delete.ts";
export type { DistinctOptions } from "./crud/distinct.ts";
export type { CursorTimeoutMode, FindOneOptions, FindOptions } from "./crud/find.ts";
export type {
  FindOneAndDeleteOptions,
  FindOneAndReplaceOptions,
  FindOneAndUpdateOptions,
  ModifyResult,
  ReturnDocument,
} from "./crud/find_and_modify.ts";
export type { IndexDirection, IndexSpecification, OneIndexKey } from "./crud/index_key.ts";
export type {
  CreateIndexesCommandOptions,
  CreateIndexesOptions,
  DropIndexesOptions,
  IndexDescription,
  IndexOptions,
} from "./crud/indexes.ts";
export type { InsertManyResult } from "./crud/insert_many.ts";
export type { InsertOneOptions, InsertOneResult } from "./crud/insert_one.ts";
export type { ListIndexesOptions } from "./crud/list_indexes.ts";
export type { SearchIndexDescription } from "./crud/search_indexes.ts";
export type { ReplaceOptions, UpdateOneOptions, UpdateOptions, UpdateResult } from "./crud/update.ts";
export { AbstractCursor } from "./cursor/abstract_cursor.ts";
export { AggregationCursor } from "./cursor/aggregation_cursor.ts";
export { CommandCursor, type ListIndexesCursor } from "./cursor/command_cursor.ts";
export { MongoCursorExhaustedError, MongoCursorInUseError, MongoTailableCursorError } from "./cursor/cursor_error.ts";
export { type CursorFlag, FindCursor } from "./cursor/find_cursor.ts";
export type { CreateCollectionOptions, TimeSeriesCollectionOptions } from "./database/create_collection.ts";
export type { DropDatabaseOptions } from "./database/drop_database.ts";
export type { CollectionInfo, ListCollectionsOptions } from "./database/list_collections.ts";
export { RunCommandCursor, type RunCursorCommandOptions } from "./database/run_command_cursor.ts";
export { Db, type DbOptions, type ListCollectionsCursor } from "./db.ts";
export type { ByteRangeOptions } from "./gridfs/byte_range.ts";
export { GridFSBucket, type GridFSBucketOptions, type GridFSOperationOptions } from "./gridfs/gridfs_bucket.ts";
export { MongoGridFSChunkError, MongoGridFSStreamError } from "./gridfs/gridfs_error.ts";
export type { GridFSChunk, GridFSFile } from "./gridfs/gridfs_file.ts";
export {
  GridFSBucketReadStream,
  type GridFSBucketReadStreamOptions,
  type GridFSBucketReadStreamOptionsWithRevision,
} from "./gridfs/gridfs_read_stream.ts";
export { GridFSBucketWriteStream, type GridFSBucketWriteStreamOptions } from "./gridfs/gridfs_write_stream.ts";
export { MongoClient } from "./mongo_client.ts";
export type { ClientEvents } from "./monitoring/client_events.ts";
export type {
  CommandEvent,
  CommandEvents,
  CommandFailedEvent,
  CommandStartedEvent,
  CommandSucceededEvent,
} from "./monitoring/command_event.ts";
export type { ClientEventListener } from "./monitoring/event_hub.ts";
export type { InheritedOptions, OperationOptions, ReadPreferenceLike } from "./operation/operation_settings.ts";
export type { RunCommandOptions } from "./operation/run_command.ts";
export type { ReadConcern, ReadConcernLevel, ReadConcernLike } from "./read_concern.ts";
export type { ReadPreferenceConstructor, ReadPreferenceOptions } from "./selection/read_preference.ts";
export { ClientSession, type ClientSessionOptions, type TransactionOptions } from "./session/client_session.ts";
export type { ClusterTime } from "./session/cluster_time.ts";
export type {
  BitwiseFilter,
  Condition,
  ElemMatch,
  FieldFilter,
  Filter,
  FilterOperators,
  Flatten,
  ItemFilter,
  Matchable,
  OnlyFor,
  RootFilterOperators,
  TextOrPattern,
} from "./types/filter.ts";
export type { Below, FieldEntry, IndexSegment, Leaf, MaxDepth, PathEntry, PositionalSegment } from "./types/paths.ts";
export type { Projection, ProjectionValue } from "./types/projection.ts";
export type {
  EnhancedOmit,
  InferIdType,
  IsAny,
  OptionalId,
  OptionalUnlessRequiredId,
  WithId,
  WithoutId,
} from "./types/schema_id.ts";
export type { Sort, SortDirection } from "./types/sort.ts";
export type {
  ArrayFields,
  ArrayOperand,
  ArrayOperator,
  KeyIfType,
  MatchKeysAndValues,
  NewItem,
  OnlyFieldsOfType,
  UpdateEntry,
  UpdateFilter,
} from "./types/update.ts";
export type { WriteConcern, WriteConcernOptions } from "./write_concern.ts";
