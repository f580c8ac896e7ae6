/**
 * Those types of `npm:bson` that public signatures mention. `@internal` keeps the lint of documentation from following
 * them into that package.
 *
 * @module
 */

/**
 * A BSON document as an object, as `npm:bson` decodes it.
 *
 * @internal
 */
export type Document = import("bson").Document;

/**
 * A BSON ObjectId.
 *
 * @internal
 */
export type ObjectId = import("bson").ObjectId;

/**
 * A BSON timestamp, as servers count operations.
 *
 * @internal
 */
export type Timestamp = import("bson").Timestamp;
