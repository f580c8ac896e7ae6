import { MongoRuntimeError } from "../error.ts";

/** A GridFS stream was used in a way that its state does not allow, or its file's description cannot be right. */
export class MongoGridFSStreamError extends MongoRuntimeError {
  /** Tells the class where `instanceof` cannot, e.g. in a log. */
  override readonly name = "MongoGridFSStreamError";
}

/** A chunk of a GridFS file is missing, is one too many, or has not the size that it should have. */
export class MongoGridFSChunkError extends MongoRuntimeError {
  /** Tells the class where `instanceof` cannot, e.g. in a log. */
  override readonly name = "MongoGridFSChunkError";
}
