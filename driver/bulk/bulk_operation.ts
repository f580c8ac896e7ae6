import type { Document } from "../../codec/bson_types.ts";
import type { CollationOptions, Hint } from "../crud/crud_options.ts";
import type { UpdateStatementOptions } from "../crud/write_statement.ts";
import { MongoAPIError } from "../error.ts";
import type { BulkWriteResult } from "./bulk_write_result.ts";
import type { BulkWriteOptions } from "./write_batch.ts";
import type { AnyBulkWriteOperation } from "./write_model.ts";

/** Does the writes of a bulk. */
export type BulkExecutor = (
  writes: readonly AnyBulkWriteOperation[],
  options: BulkWriteOptions,
) => Promise<BulkWriteResult>;

/** A bulk that is put together call by call, and executed once. */
export class BulkOperation {
  /** Whether the writes are done one after the other, up to the first that fails. */
  readonly isOrdered: boolean;
  readonly #writes: AnyBulkWriteOperation[] = [];
  readonly #options: BulkWriteOptions;
  readonly #execute: BulkExecutor;
  #isExecuted = false;

  /**
   * `Collection.initializeOrderedBulkOp` and `initializeUnorderedBulkOp` make bulks.
   *
   * @internal
   */
  constructor(isOrdered: boolean, options: BulkWriteOptions, execute: BulkExecutor) {
    this.isOrdered = isOrdered;
    this.#options = options;
    this.#execute = execute;
  }

  /** How many writes there are so far. */
  get length(): number {
    return this.#writes.length;
  }

  /** Adds an insert. */
  insert(document: Document): this {
    return this.raw({ insertOne: { document } });
  }

  /** Begins an update, a replacement or a deletion of what `filter` matches. */
  find(filter: Document): FindOperators {
    return new FindOperators(this, filter);
  }

  /** Adds a write as `Collection.bulkWrite` takes it. */
  raw(write: AnyBulkWriteOperation): this {
    this.#writes.push(write);
    return this;
  }

  /**
   * Does the writes. Rejects as `Collection.bulkWrite` does, and with `MongoAPIError` if the bulk was executed before.
   */
  async execute(options: BulkWriteOptions = {}): Promise<BulkWriteResult> {
    if (this.#isExecuted) throw new MongoAPIError("The bulk was executed, which it can be once");
    this.#isExecuted = true;
    return await this.#execute(this.#writes, { ...this.#options, ...options, ordered: this.isOrdered });
  }
}

type StatementOptions = Omit<UpdateStatementOptions, "sort">;

/** What a {@linkcode BulkOperation} is to do with the documents that a filter matches. */
export class FindOperators {
  readonly #bulk: BulkOperation;
  readonly #filter: Document;
  #options: StatementOptions = {};

  /**
   * {@linkcode BulkOperation.find} makes them.
   *
   * @internal
   */
  constructor(bulk: BulkOperation, filter: Document) {
    this.#bulk = bulk;
    this.#filter = filter;
  }

  /** Changes all. */
  update(update: Document | readonly Document[]): BulkOperation {
    return this.#bulk.raw({ updateMany: { ...this.#options, filter: this.#filter, update } });
  }

  /** Changes one. */
  updateOne(update: Document | readonly Document[]): BulkOperation {
    return this.#bulk.raw({ updateOne: { ...this.#options, filter: this.#filter, update } });
  }

  /** Replaces one. */
  replaceOne(replacement: Document): BulkOperation {
    return this.#bulk.raw({ replaceOne: { ...this.#options, filter: this.#filter, replacement } });
  }

  /** Deletes one. */
  deleteOne(): BulkOperation {
    return this.#bulk.raw({ deleteOne: { ...this.#options, filter: this.#filter } });
  }

  /** Deletes all. */
  delete(): BulkOperation {
    return this.#bulk.raw({ deleteMany: { ...this.#options, filter: this.#filter } });
  }

  /** Inserts a document where none matches. */
  upsert(): this {
    return this.#set({ upsert: true });
  }

  /** Sets how texts are compared. */
  collation(collation: CollationOptions): this {
    return this.#set({ collation });
  }

  /** Sets which items of arrays `$[name]` means. */
  arrayFilters(arrayFilters: readonly Document[]): this {
    return this.#set({ arrayFilters });
  }

  /** Sets the index to use. */
  hint(hint: Hint): this {
    return this.#set({ hint });
  }

  #set(options: StatementOptions): this {
    this.#options = { ...this.#options, ...options };
    return this;
  }
}
