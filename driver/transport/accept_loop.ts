import { closeConn } from "./close_conn.ts";
import { networkError } from "./network_error.ts";
import type { Acceptor } from "./unix_listener.ts";

/** How long accepting rests after it failed, most often for want of file descriptors. */
export const ACCEPT_RETRY_MS = 100;

/** Accepts connections until it is stopped; a failure to accept is told, and does not end it. */
export class AcceptLoop {
  readonly #listener: Acceptor;
  readonly #onConn: (conn: Deno.Conn) => void;
  readonly #onError: (error: Error) => void;
  #isOpen = true;
  #retryTimer: ReturnType<typeof setTimeout> | undefined;

  /** Starts to accept on `listener`. */
  constructor(listener: Acceptor, onConn: (conn: Deno.Conn) => void, onError: (error: Error) => void) {
    this.#listener = listener;
    this.#onConn = onConn;
    this.#onError = onError;
    this.#accept();
  }

  /** Closes the listener. Does nothing the second time. */
  stop(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    clearTimeout(this.#retryTimer);
    this.#listener.close();
  }

  async #accept(): Promise<void> {
    try {
      for (;;) {
        const conn = await this.#listener.accept();
        // It may have been on its way here when the listener was closed.
        if (!this.#isOpen) return closeConn(conn);
        this.#onConn(conn);
      }
    } catch (error) {
      if (!this.#isOpen) return;
      this.#retryTimer = setTimeout(() => this.#accept(), ACCEPT_RETRY_MS);
      this.#onError(networkError(error));
    }
  }
}
