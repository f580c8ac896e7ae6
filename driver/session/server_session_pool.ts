import { ServerSession } from "./server_session.ts";

/**
 * The server sessions that nobody uses now (sessions specification, "Server Session Pool"): the one used last is used
 * next, so that the others can expire.
 */
export class ServerSessionPool {
  /** Used last is last. */
  readonly #sessions: ServerSession[] = [];

  /** Sessions that wait to be used again. */
  get size(): number {
    return this.#sessions.length;
  }

  /** Gives a session that servers know or have never seen; `timeoutMinutes` is how long they remember one. */
  acquire(timeoutMinutes: number | null, now: number): ServerSession {
    for (let session = this.#sessions.pop(); session !== undefined; session = this.#sessions.pop()) {
      if (!session.isExpiring(timeoutMinutes, now)) return session;
    }
    return new ServerSession(now);
  }

  /** Takes a session back, unless it is dirty or expiring, and lets go of those that have expired. */
  release(session: ServerSession, timeoutMinutes: number | null, now: number): void {
    while (this.#sessions.length > 0 && this.#sessions[0]!.isExpiring(timeoutMinutes, now)) this.#sessions.shift();
    if (!session.isDirty && !session.isExpiring(timeoutMinutes, now)) this.#sessions.push(session);
  }

  /** Empties the pool and gives what was in it, to be ended at a server. */
  drain(): ServerSession[] {
    return this.#sessions.splice(0);
  }
}
