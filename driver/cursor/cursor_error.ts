import { MongoAPIError } from "../error.ts";

/** A cursor that was closed before it gave everything was asked for more. */
export class MongoCursorExhaustedError extends MongoAPIError {
  /** Tells the class where `instanceof` cannot, e.g. in a log. */
  override readonly name = "MongoCursorExhaustedError";
}

/** Something was to be changed of a cursor that is in use. */
export class MongoCursorInUseError extends MongoAPIError {
  /** Tells the class where `instanceof` cannot, e.g. in a log. */
  override readonly name = "MongoCursorInUseError";
}

/** Something was asked of a tailable cursor that it cannot do. */
export class MongoTailableCursorError extends MongoAPIError {
  /** Tells the class where `instanceof` cannot, e.g. in a log. */
  override readonly name = "MongoTailableCursorError";
}
