import type { Timestamp } from "bson";
import type { Document } from "../../codec/bson_types.ts";
import { withFields } from "../crud/command_body.ts";
import type { ChangeStreamOptions, ResumeToken } from "./change_stream_options.ts";

/** What a reply says of where a change stream is. */
export interface ReplyPosition {
  /** Whether no change came. */
  readonly isEmpty: boolean;
  /** Up to where the server has looked; `null` where it does not say. */
  readonly postBatchResumeToken: ResumeToken | null;
  /** The server's time; `null` where it does not say. */
  readonly operationTime: Timestamp | null;
}

/** Where a change stream goes on when it has to be opened again (change streams specification, "Resume Process"). */
export class ResumePoint {
  readonly #asked: Pick<ChangeStreamOptions, "startAfter" | "resumeAfter" | "startAtOperationTime">;
  #token: ResumeToken | null;
  #operationTime: Timestamp | null;
  #wasOpened = false;
  #hasGiven = false;

  /** Begins where the options say. */
  constructor({ startAfter, resumeAfter, startAtOperationTime }: ChangeStreamOptions) {
    this.#asked = { startAfter, resumeAfter, startAtOperationTime };
    this.#token = startAfter ?? resumeAfter ?? null;
    this.#operationTime = startAtOperationTime ?? null;
  }

  /** After what the stream would go on; `null` while that is not known. */
  get token(): ResumeToken | null {
    return this.#token;
  }

  /** The fields of the stage `$changeStream` that say where to begin. */
  get stage(): Document {
    if (!this.#wasOpened) return withFields({}, this.#asked);
    if (this.#token !== null) return { [this.#tokenField]: this.#token };
    return this.#operationTime === null ? {} : { startAtOperationTime: this.#operationTime };
  }

  /** Takes what a reply says; to be called before its changes are given. */
  onReply({ isEmpty, postBatchResumeToken, operationTime }: ReplyPosition): void {
    const isFirst = !this.#wasOpened;
    this.#wasOpened = true;
    if (!isEmpty) return;
    if (postBatchResumeToken !== null) this.#token = postBatchResumeToken;
    else if (isFirst && this.#token === null) this.#operationTime ??= operationTime;
  }

  /** Takes the token of a change that is given to the user. */
  onChange(token: ResumeToken): void {
    this.#token = token;
    this.#hasGiven = true;
  }

  /** Servers take tokens of an `invalidate` for `startAfter` only. */
  get #tokenField(): "startAfter" | "resumeAfter" {
    return this.#asked.startAfter !== undefined && !this.#hasGiven ? "startAfter" : "resumeAfter";
  }
}
