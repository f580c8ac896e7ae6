import type { WriteLine } from "../log/event_lines.ts";
import type { Board } from "../team/board.ts";
import { fromPlainError } from "./plain_error.ts";
import type { FromWorker, SharedEvent, ToWorker, WorkerCall, WorkerResult, WorkerSetup } from "./worker_message.ts";

/** What a {@linkcode WorkerThread} tells the main thread. */
export interface WorkerThreadEvents {
  readonly writeLine: WriteLine;
  onEvent(gateway: number, event: SharedEvent): void;
  /** It cannot go on and has to be ended. Called once. */
  onFailed(thread: WorkerThread, error: Error): void;
}

type ResultOf<Call extends WorkerCall> = Extract<WorkerResult, { readonly method: Call["method"] }>;

interface PendingCall {
  readonly resolve: (result: WorkerResult) => void;
  readonly reject: (error: Error) => void;
}

/** One worker as the main thread sees it, from its start to its end. */
export class WorkerThread {
  readonly index: number;
  readonly board: Board;
  readonly #worker: Worker;
  readonly #events: WorkerThreadEvents;
  readonly #calls = new Map<number, PendingCall>();
  #lastCallId = 0;
  /** Why it is over; null while it runs. */
  #end: Error | null = null;

  constructor(worker: Worker, setup: Omit<WorkerSetup, "board">, board: Board, events: WorkerThreadEvents) {
    this.index = setup.index;
    this.board = board;
    this.#worker = worker;
    this.#events = events;
    worker.onmessage = ({ data }: MessageEvent<FromWorker>) => this.#onMessage(data);
    // What the worker itself could not catch, such as a module that cannot be loaded.
    worker.onerror = (event) => {
      event.preventDefault();
      this.fail(new Error(event.message));
    };
    this.post({ kind: "setup", setup: { ...setup, board: board.buffer } });
  }

  get isOver(): boolean {
    return this.#end !== null;
  }

  post(message: ToWorker, transfer: Transferable[] = []): void {
    if (this.isOver) return;
    this.#worker.postMessage(message, transfer);
    this.board.bell.ring();
  }

  /** Rejects with what the worker throws, or with why it is over. */
  call<Call extends WorkerCall>(call: Call): Promise<ResultOf<Call>> {
    if (this.#end !== null) return Promise.reject(this.#end);
    const id = ++this.#lastCallId;
    const { promise, resolve, reject } = Promise.withResolvers<WorkerResult>();
    this.#calls.set(id, { resolve, reject });
    this.post({ kind: "call", id, call });
    return promise as Promise<ResultOf<Call>>;
  }

  /** Ends the worker for a reason that is told. Does nothing the second time. */
  fail(error: Error): void {
    if (this.isOver) return;
    this.terminate(error);
    this.#events.onFailed(this, error);
  }

  /** Ends the worker. Does nothing the second time. */
  terminate(reason = new Error("The worker was ended")): void {
    if (this.isOver) return;
    this.#end = reason;
    this.#worker.terminate();
    for (const { reject } of this.#calls.values()) reject(reason);
    this.#calls.clear();
  }

  #onMessage(message: FromWorker): void {
    if (this.isOver) return;
    switch (message.kind) {
      case "returned":
        return this.#take(message.id)?.resolve(message.result);
      case "threw":
        return this.#take(message.id)?.reject(fromPlainError(message.error));
      case "line":
        return this.#events.writeLine(message.line, message.extra);
      case "event":
        return this.#events.onEvent(message.gateway, message.event);
      case "failed":
        return this.fail(fromPlainError(message.error));
    }
  }

  #take(id: number): PendingCall | undefined {
    const call = this.#calls.get(id);
    this.#calls.delete(id);
    return call;
  }
}
