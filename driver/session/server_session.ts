import { UUID } from "bson";
import type { Document } from "../../codec/bson_types.ts";

/** A minute, within which a session's expiry is too near to begin anything. */
const MARGIN_MINUTES = 1;

/** A session that servers know by its id; used by one {@linkcode ClientSession} or one operation at a time. */
export class ServerSession {
  /** The logical session id, as commands carry it. */
  readonly id: Document = { id: new UUID().toBinary() };
  /** The number of the last retryable write or transaction. */
  txnNumber = 0;
  /** When it was last used, as `performance.now()` gives it. */
  lastUse: number;
  /** Whether a connection was lost while a command of it was under way, so that nobody may use it again. */
  isDirty = false;

  /** `now` is as `performance.now()` gives it. */
  constructor(now: number) {
    this.lastUse = now;
  }

  /** Whether servers may have forgotten the session, or soon will; `null` minutes mean that they never do. */
  isExpiring(timeoutMinutes: number | null, now: number): boolean {
    return timeoutMinutes !== null && now - this.lastUse > (timeoutMinutes - MARGIN_MINUTES) * 60_000;
  }
}
