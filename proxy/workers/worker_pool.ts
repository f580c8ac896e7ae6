import { cutEpoll } from "../../driver/transport/epoll/epoll_transport.ts";
import type { Transport } from "../../driver/transport/transport.ts";
import type { GatewayEventListener } from "../event.ts";
import type { GatewayConfig, LogLevel } from "../gateway_config.ts";
import type { WriteLine } from "../log/event_lines.ts";
import { line } from "../log/log_line.ts";
import { Board } from "../team/board.ts";
import { HangWatch } from "./hang_watch.ts";
import { PooledGateway } from "./pooled_gateway.ts";
import { RestartDelay } from "./restart_delay.ts";
import { WorkerThread } from "./worker_thread.ts";

/** The default of {@linkcode WorkerPoolOptions.checkIntervalMS}. */
const CHECK_INTERVAL_MS = 1_000;

// Deno 2.9 ends a thread only when its event loop turns (https://github.com/denoland/deno/pull/35657).
const HANGS =
  "The event loop of the worker does not turn; if it never does again, its thread cannot be ended, and its " +
  "part of new connections is not served until the proxy is started anew";

/** How a {@linkcode WorkerPool} works. */
export interface WorkerPoolOptions {
  /** Threads that serve clients, at least 2. */
  readonly workers: number;
  /** Addresses that they serve: the calls of `createGateway` to come. */
  readonly gateways: number;
  readonly io: Transport["name"];
  readonly coalescingWindowMS: number;
  readonly logLevel: LogLevel;
  /** Writes what the workers log. */
  readonly writeLine: WriteLine;
  /** Starts a thread of `worker_main.ts`. @default {startWorker} */
  readonly createWorker?: () => Worker;
  /** How often it is looked whether the workers' event loops turn, in milliseconds. @default {1_000} */
  readonly checkIntervalMS?: number;
}

/** A place among the workers, and who takes it. */
interface Slot {
  thread: WorkerThread;
  watch: HangWatch;
  startedAt: number;
  readonly delay: RestartDelay;
  restartTimer: ReturnType<typeof setTimeout> | undefined;
}

/**
 * The threads that serve clients, seen from the main thread, which serves none itself: it starts them, lets them know of
 * each other, and replaces one that fails or hangs. The clients of the others notice nothing of that.
 *
 * All listen on the same ports, and the kernel chooses one for each connection by a hash of its addresses. With 2
 * listeners the fuller one had 1.06 times its even part of 32 connections, 1.05 of 256, 1.03 of 1,024 and 1.01 of 4,000
 * (medians of 10 to 20 runs on Linux 6.18); with 4 listeners 1.38, 1.09, 1.06 and 1.05. That is even where there is
 * enough to do for several threads, and a thread that accepts and hands on, which Deno's sockets do not allow, could
 * not do much better.
 */
export class WorkerPool {
  readonly #options: WorkerPoolOptions;
  readonly #clientIds = new SharedArrayBuffer(8);
  readonly #slots: Slot[];
  readonly #gateways: PooledGateway[] = [];
  readonly #checkTimer: ReturnType<typeof setInterval>;
  #open = 0;

  /** Starts the workers. They end when the last gateway is closed. */
  constructor(options: WorkerPoolOptions) {
    this.#options = options;
    this.#slots = [];
    for (let index = 0; index < options.workers; index++) {
      const begun = this.#start(index);
      this.#slots.push({ ...begun, delay: new RestartDelay(), restartTimer: undefined });
    }
    this.#checkTimer = setInterval(() => this.#check(), options.checkIntervalMS ?? CHECK_INTERVAL_MS);
  }

  /** Makes a gateway that all workers serve. */
  createGateway(config: GatewayConfig, onEvent: GatewayEventListener): PooledGateway {
    const { workers } = this.#options;
    const gateway = new PooledGateway({
      number: this.#gateways.length,
      config,
      workers,
      threads: () => this.#living(),
      onEvent,
      onClosed: () => this.#onClosed(),
    });
    this.#open++;
    this.#gateways.push(gateway);
    return gateway;
  }

  /** Ends all workers at once. */
  end(): void {
    clearInterval(this.#checkTimer);
    for (const { thread, restartTimer } of this.#slots) {
      clearTimeout(restartTimer);
      thread.terminate();
    }
  }

  #living(): WorkerThread[] {
    return this.#slots.map(({ thread }) => thread).filter(({ isOver }) => !isOver);
  }

  #start(index: number): Pick<Slot, "thread" | "watch" | "startedAt"> {
    const { gateways, io, coalescingWindowMS, logLevel, writeLine, createWorker = startWorker } = this.#options;
    const board = Board.create(gateways);
    const setup = { index, clientIds: this.#clientIds, io, coalescingWindowMS, logLevel };
    const thread = new WorkerThread(createWorker(), setup, board, {
      writeLine,
      onEvent: (gateway, event) => this.#gateways[gateway]?.onWorkerEvent(event),
      onFailed: (failed, error) => this.#onFailed(failed, error),
    });
    for (const other of this.#living()) introduce(thread, other);
    return { thread, watch: new HangWatch(board), startedAt: performance.now() };
  }

  #check(): void {
    for (const { thread, watch } of this.#slots) {
      if (thread.isOver || !watch.check()) continue;
      cutSockets(thread);
      thread.fail(new Error(HANGS));
    }
  }

  #onFailed(failed: WorkerThread, error: Error): void {
    const slot = this.#slots[failed.index]!;
    for (const thread of this.#living()) thread.post({ kind: "peerLost", index: failed.index });
    const isEnding = this.#gateways.every((gateway) => gateway.isEnding);
    const restartMS = isEnding ? null : slot.delay.next(performance.now() - slot.startedAt);
    const message = isEnding
      ? "A worker has failed, and its clients are cut off"
      : "A worker has failed and is replaced; its clients have to connect again";
    const fields = { worker: failed.index, error: `${error.name}: ${error.message}`, restartMS };
    this.#options.writeLine(line("error", "workerFailed", message, fields), {});
    if (restartMS !== null) slot.restartTimer = setTimeout(() => void this.#restart(slot), restartMS);
  }

  async #restart(slot: Slot): Promise<void> {
    const { index } = slot.thread;
    const { thread } = Object.assign(slot, this.#start(index));
    try {
      await Promise.all(this.#gateways.map((gateway) => gateway.reopen(thread)));
      this.#options.writeLine(
        line("info", "workerReplaced", "A worker serves in place of one that failed", {
          worker: index,
        }),
        {},
      );
    } catch (error) {
      // What is open would stay so without its thread: the runtime knows nothing of the sockets of epoll.
      await Promise.allSettled(this.#gateways.map((gateway) => gateway.closeIn(thread)));
      thread.fail(error instanceof Error ? error : new Error(String(error)));
    }
  }

  #onClosed(): void {
    if (--this.#open === 0) this.end();
  }
}

/** Starts a thread that serves clients. */
function startWorker(): Worker {
  return new Worker(new URL("./worker_main.ts", import.meta.url), { type: "module", name: "torana worker" });
}

/** Ends the connections of a worker that hangs; on the deno backend they end with its thread. */
function cutSockets({ board: { epollFd } }: WorkerThread): void {
  try {
    if (epollFd > 0) cutEpoll(epollFd);
  } catch {
    // There may be no descriptor left to look at it with: they stay open until the process ends.
  }
}

/** Lets two workers reach each other. */
function introduce(one: WorkerThread, other: WorkerThread): void {
  const { port1, port2 } = new MessageChannel();
  one.post({ kind: "peer", peer: { index: other.index, board: other.board.buffer, port: port1 } }, [port1]);
  other.post({ kind: "peer", peer: { index: one.index, board: one.board.buffer, port: port2 } }, [port2]);
}
