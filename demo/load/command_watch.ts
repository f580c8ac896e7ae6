import { AsyncLocalStorage } from "node:async_hooks";
import type { MongoClient } from "./driver.ts";

/** What one operation of an application met on its way. */
export interface Operation {
  failedCommands: number;
}

/** Commands whose errors drivers neither retry nor hand on. */
const CLEARING_UP: ReadonlySet<string> = new Set(["abortTransaction", "endSessions", "killCursors"]);

/** Watches the commands and connections of drivers from outside, by the events that they publish. */
export class CommandWatch {
  readonly #current = new AsyncLocalStorage<Operation>();
  readonly #workedConnections = new Set<string>();
  #connections = 0;

  /** Pooled connections that are open now. */
  get connections(): number {
    return this.#connections;
  }

  /** How many connections have carried a command. */
  get workedConnections(): number {
    return this.#workedConnections.size;
  }

  /** Begins to watch the client of the application with this number. */
  watch(client: MongoClient, application: number): void {
    client.on("connectionReady", () => this.#connections++);
    client.on("connectionClosed", () => this.#connections--);
    client.on("commandStarted", ({ address, connectionId }) => {
      this.#workedConnections.add(`${application} ${address} ${connectionId}`);
    });
    client.on("commandFailed", ({ commandName }) => {
      if (!CLEARING_UP.has(commandName)) this.#countFailure();
    });
    client.on("commandSucceeded", ({ reply }) => {
      // A write that did not get to a majority succeeds as a command, and is retried all the same.
      if (isDocument(reply) && reply.writeConcernError !== undefined) this.#countFailure();
    });
  }

  /** Runs an operation, and counts its failed commands in `operation`. */
  run<T>(operation: Operation, body: () => Promise<T>): Promise<T> {
    return this.#current.run(operation, body);
  }

  #countFailure(): void {
    const operation = this.#current.getStore();
    if (operation !== undefined) operation.failedCommands++;
  }
}

function isDocument(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
