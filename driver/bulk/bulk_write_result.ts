import type { Document } from "../../codec/bson_types.ts";
import type { WriteConcernError, WriteError } from "./write_error.ts";

/** What a {@linkcode BulkWriteResult} is made of. */
export interface BulkOutcome {
  /** Whether the server was asked to answer. */
  readonly acknowledged: boolean;
  /** Documents that were inserted. */
  readonly insertedCount: number;
  /** Documents that satisfied the filters of updates and replacements. */
  readonly matchedCount: number;
  /** Documents that are different now. */
  readonly modifiedCount: number;
  /** Documents that are gone. */
  readonly deletedCount: number;
  /** Documents that updates and replacements inserted. */
  readonly upsertedCount: number;
  /** By the index of the write. */
  readonly insertedIds: Readonly<Record<number, unknown>>;
  /** By the index of the write. */
  readonly upsertedIds: Readonly<Record<number, unknown>>;
  /** The writes that failed. */
  readonly writeErrors: readonly WriteError[];
  /** What kept servers from seeing to the write concern, one of a command at most. */
  readonly writeConcernErrors: readonly WriteConcernError[];
}

/** What became of the writes of a bulk; of those that were done where it failed. */
export class BulkWriteResult {
  /** Whether the server was asked to answer; the counts are 0 if not. */
  readonly acknowledged: boolean;
  /** Documents that were inserted. */
  readonly insertedCount: number;
  /** Documents that satisfied the filters of updates and replacements. */
  readonly matchedCount: number;
  /** Documents that are different now. */
  readonly modifiedCount: number;
  /** Documents that are gone. */
  readonly deletedCount: number;
  /** Documents that updates and replacements inserted. */
  readonly upsertedCount: number;
  /** The `_id` of each document that was inserted, by the index of its write. */
  readonly insertedIds: Readonly<Record<number, unknown>>;
  /** The `_id` of each document that an update or a replacement inserted, by the index of its write. */
  readonly upsertedIds: Readonly<Record<number, unknown>>;
  readonly #outcome: BulkOutcome;

  /** Takes everything from `outcome`. */
  constructor(outcome: BulkOutcome) {
    this.#outcome = outcome;
    this.acknowledged = outcome.acknowledged;
    this.insertedCount = outcome.insertedCount;
    this.matchedCount = outcome.matchedCount;
    this.modifiedCount = outcome.modifiedCount;
    this.deletedCount = outcome.deletedCount;
    this.upsertedCount = outcome.upsertedCount;
    this.insertedIds = outcome.insertedIds;
    this.upsertedIds = outcome.upsertedIds;
  }

  /** 1, as the server's replies say it. */
  get ok(): number {
    return 1;
  }

  /** Says whether the server answered `ok`. */
  isOk(): boolean {
    return this.ok === 1;
  }

  /** The `_id` that write number `index` inserted by an upsert, if it did. */
  getUpsertedIdAt(index: number): Document | undefined {
    return index in this.upsertedIds ? { index, _id: this.upsertedIds[index] } : undefined;
  }

  /** Says whether a write failed. */
  hasWriteErrors(): boolean {
    return this.#outcome.writeErrors.length > 0;
  }

  /** How many writes failed. */
  getWriteErrorCount(): number {
    return this.#outcome.writeErrors.length;
  }

  /** The failure number `index`, if there are as many. */
  getWriteErrorAt(index: number): WriteError | undefined {
    return this.#outcome.writeErrors[index];
  }

  /** What failed, in the order in which the servers told it. */
  getWriteErrors(): WriteError[] {
    return [...this.#outcome.writeErrors];
  }

  /** What kept the server from seeing to the write concern; the messages of several are put together. */
  getWriteConcernError(): WriteConcernError | undefined {
    const [first, ...others] = this.#outcome.writeConcernErrors;
    return others.reduce((sum, other) => sum?.with(other), first);
  }
}
