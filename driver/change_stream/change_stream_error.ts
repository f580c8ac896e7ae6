import { MongoError } from "../error.ts";

/** A change stream that is closed was asked for more, or one of its changes has no resume token. */
export class MongoChangeStreamError extends MongoError {
  /** Tells the class where `instanceof` cannot, e.g. in a log. */
  override readonly name = "MongoChangeStreamError";
}
