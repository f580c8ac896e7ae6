import type { Document, ObjectId } from "../../codec/bson_types.ts";
import type { Collection } from "../collection.ts";

/** What the files collection of a bucket says of a file. */
export interface GridFSFile<TFileId = ObjectId> {
  /** The file's id. */
  _id: TFileId;
  /** Its length in bytes. */
  length: number;
  /** The size of its chunks in bytes; the last may be smaller. */
  chunkSize: number;
  /** When its upload was complete. */
  uploadDate: Date;
  /** Its name; several files may have the same. */
  filename: string;
  /** What the application keeps of it. */
  metadata?: Document;
}

/** A document of the chunks collection of a bucket. */
export interface GridFSChunk {
  /** The chunk's own id. */
  _id: ObjectId;
  /** The id of the file that it is part of. */
  files_id: unknown;
  /** Its place in the file, from 0. */
  n: number;
  /** Its bytes. */
  data: Uint8Array;
}

/** Where a bucket is stored. */
export interface BucketCollections {
  readonly files: Collection;
  readonly chunks: Collection;
}

/** The size of chunks unless something else is asked for, in bytes (GridFS specification). */
export const DEFAULT_CHUNK_SIZE = 255 * 1024;
