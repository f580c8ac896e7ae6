/** A command that is at a server. */
export interface WatchedCommand {
  /** Whether its client is still sending it, so that the server cannot answer yet. */
  readonly isSending: boolean;
  /** The server has not answered for the whole time limit. */
  onTimeout(): void;
}

/**
 * Finds the commands that a server does not answer. Driven from outside, by looking again and again: nobody looks at a
 * clock for each message, and a command is given up at most two looks after its time, never before.
 */
export class CommandWatch {
  /** When a command was first looked at; `null` before that. */
  readonly #commands = new Map<WatchedCommand, number | null>();
  readonly #timeoutMS: number;

  /** Takes the time limit in milliseconds. */
  constructor(timeoutMS: number) {
    this.#timeoutMS = timeoutMS;
  }

  /** How many are watched. */
  get size(): number {
    return this.#commands.size;
  }

  /** Watches a command from the next look on. */
  add(command: WatchedCommand): void {
    this.#commands.set(command, null);
  }

  /** Watches it no more. */
  delete(command: WatchedCommand): void {
    this.#commands.delete(command);
  }

  /** Looks at all of them, at a time in milliseconds. */
  look(now: number): void {
    for (const [command, since] of this.#commands) {
      if (since === null || command.isSending) this.#commands.set(command, now);
      else if (now - since >= this.#timeoutMS) command.onTimeout();
    }
  }
}
