import type { Document } from "../../codec/bson_types.ts";
import type { BulkStatement } from "./bulk_statement.ts";
import { BulkWriteResult } from "./bulk_write_result.ts";
import { WriteConcernError, WriteError } from "./write_error.ts";

/** What the batches of a bulk have done so far. */
export class BulkTally {
  readonly #acknowledged: boolean;
  readonly #insertedIds: Record<number, unknown> = {};
  readonly #upsertedIds: Record<number, unknown> = {};
  readonly #writeErrors: WriteError[] = [];
  readonly #writeConcernErrors: WriteConcernError[] = [];
  readonly #labels = new Set<string>();
  #insertedCount = 0;
  #matchedCount = 0;
  #modifiedCount = 0;
  #deletedCount = 0;
  #upsertedCount = 0;
  #isEmpty = true;

  /** `acknowledged` says whether the batches are answered. */
  constructor(acknowledged: boolean) {
    this.#acknowledged = acknowledged;
  }

  /** Whether no batch has been done yet. */
  get isEmpty(): boolean {
    return this.#isEmpty;
  }

  /** What failed so far. */
  get writeErrors(): readonly WriteError[] {
    return this.#writeErrors;
  }

  /** What kept the server from seeing to the write concern so far. */
  get writeConcernErrors(): readonly WriteConcernError[] {
    return this.#writeConcernErrors;
  }

  /** The labels of the replies. */
  get errorLabels(): string[] {
    return [...this.#labels];
  }

  /** Adds a batch of one kind with what the server replied. */
  add(batch: readonly BulkStatement[], reply: Document, ordered: boolean): void {
    this.#isEmpty = false;
    const errors: readonly Document[] = reply.writeErrors ?? [];
    for (const error of errors) {
      const { index, document } = batch[error.index]!;
      this.#writeErrors.push(new WriteError(error, index, document));
    }
    if (reply.writeConcernError !== undefined) {
      this.#writeConcernErrors.push(new WriteConcernError(reply.writeConcernError));
      addAll(this.#labels, reply.writeConcernError.errorLabels);
    }
    addAll(this.#labels, reply.errorLabels);
    this.#count(batch, reply, errors, ordered);
  }

  /** What has been done so far, as the user gets it. */
  result(): BulkWriteResult {
    return new BulkWriteResult({
      acknowledged: this.#acknowledged,
      insertedCount: this.#insertedCount,
      matchedCount: this.#matchedCount,
      modifiedCount: this.#modifiedCount,
      deletedCount: this.#deletedCount,
      upsertedCount: this.#upsertedCount,
      insertedIds: this.#insertedIds,
      upsertedIds: this.#upsertedIds,
      writeErrors: this.#writeErrors,
      writeConcernErrors: this.#writeConcernErrors,
    });
  }

  #count(batch: readonly BulkStatement[], reply: Document, errors: readonly Document[], ordered: boolean): void {
    const n = reply.n ?? 0;
    const kind = batch[0]?.kind;
    if (kind === "insert") {
      this.#insertedCount += n;
      this.#noteInserted(batch, errors, ordered);
    } else if (kind === "delete") this.#deletedCount += n;
    else {
      const upserted: readonly Document[] = reply.upserted ?? [];
      for (const { index, _id } of upserted) this.#upsertedIds[batch[index]!.index] = _id;
      this.#upsertedCount += upserted.length;
      this.#matchedCount += n - upserted.length;
      this.#modifiedCount += reply.nModified ?? 0;
    }
  }

  #noteInserted(batch: readonly BulkStatement[], errors: readonly Document[], ordered: boolean): void {
    const failed = new Set(errors.map(({ index }) => index));
    // What follows a failure was not tried if the order matters.
    const end = ordered && errors.length > 0 ? errors[0]!.index : batch.length;
    for (let i = 0; i < end; i++) {
      const { index, document } = batch[i]!;
      if (!failed.has(i)) this.#insertedIds[index] = document._id;
    }
  }
}

function addAll(labels: Set<string>, added: readonly string[] | undefined): void {
  for (const label of added ?? []) labels.add(label);
}
