import { DEFAULT_COALESCING_WINDOW_MS } from "../../../driver/transport/coalescing_window.ts";
import { parseConnectionString } from "../../../driver/connection_string.ts";
import type { HostAddress } from "../../../driver/address.ts";
import type { GatewayStatus } from "../../../proxy/gateway_status.ts";
import { DEFAULT_LIMITS, type GatewayLimits } from "../../../proxy/limits.ts";
import { describeEvent } from "../../../proxy/log/describe_event.ts";
import type { LogFields, LogLine } from "../../../proxy/log/log_line.ts";
import type { PooledGateway } from "../../../proxy/workers/pooled_gateway.ts";
import { WorkerPool } from "../../../proxy/workers/worker_pool.ts";
import { gatewayBackend } from "../../support/gateway_kind.ts";
import { metadata } from "../support/commands.ts";
import { RawClient } from "../support/raw_client.ts";
import { within } from "../support/within.ts";

/** How workers under test differ from two with defaults. */
export interface WorkersOptions {
  readonly workers?: number;
  readonly limits?: Partial<GatewayLimits>;
  readonly listen?: HostAddress;
  /** Where further gateways listen, in front of the same server. */
  readonly others?: readonly HostAddress[];
  readonly checkIntervalMS?: number;
}

/** A line of the log, its fields with those that come before them. */
export interface ToldLine extends LogLine {
  readonly fields: LogFields;
}

interface LineWaiter {
  readonly isWanted: (line: ToldLine) => boolean;
  readonly resolve: (line: ToldLine) => void;
}

const LOCAL: HostAddress = { kind: "tcp", host: "127.0.0.1", port: 0 };

/** Connections to open until one is with the worker that is wanted; the kernel chooses. */
const MAX_TRIES = 64;

/** A gateway that several workers serve, with what they log, and the clients that a test connects to it. */
export class WorkersFixture implements AsyncDisposable {
  readonly pool: WorkerPool;
  readonly gateway: PooledGateway;
  readonly lines: ToldLine[] = [];
  /** The threads in the order of their start. */
  readonly threads: Worker[] = [];
  readonly #gateways: readonly PooledGateway[];
  readonly #waiters = new Set<LineWaiter>();
  readonly #clients: RawClient[] = [];
  #isClosed = false;

  private constructor(uri: string, options: WorkersOptions) {
    const { workers = 2, limits = {}, listen = LOCAL, others = [] } = options;
    this.pool = new WorkerPool({
      workers,
      gateways: 1 + others.length,
      io: gatewayBackend(),
      coalescingWindowMS: DEFAULT_COALESCING_WINDOW_MS,
      logLevel: "debug",
      writeLine: (line, extra) => this.#onLine({ ...line, fields: { ...extra, ...line.fields } }),
      createWorker: () => this.#createWorker(),
      ...options.checkIntervalMS === undefined ? {} : { checkIntervalMS: options.checkIntervalMS },
    });
    const shared = {
      unlink: false,
      label: "test",
      upstream: parseConnectionString(uri),
      compressors: ["zstd", "snappy", "zlib"] as const,
      limits: { ...DEFAULT_LIMITS, ...limits },
    };
    const create = (address: HostAddress) =>
      this.pool.createGateway({ ...shared, listen: address }, (event) => this.#onLine(describeEvent(event)!));
    this.gateway = create(listen);
    this.#gateways = [this.gateway, ...others.map(create)];
  }

  /** Opens a gateway in front of `uri`. */
  static async open(uri: string, options: WorkersOptions = {}): Promise<WorkersFixture> {
    const fixture = new WorkersFixture(uri, options);
    try {
      for (const gateway of fixture.#gateways) await gateway.open({ ping: true });
      return fixture;
    } catch (error) {
      await fixture[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Connects a client that the fixture closes in the end, to whichever worker. */
  async connect(): Promise<RawClient> {
    const client = await RawClient.connect(this.gateway.address);
    this.#clients.push(client);
    return client;
  }

  /** Connects a client to a worker; with `application`, one that introduces itself so. */
  async connectTo(worker: number, application: string | null = null): Promise<RawClient> {
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      const client = await this.connect();
      if (await this.workerOf(client) !== worker) {
        client.close();
        continue;
      }
      if (application !== null) await client.command({ hello: 1, client: metadata(application) });
      return client;
    }
    throw new Error(`No connection of ${MAX_TRIES} reached worker ${worker}`);
  }

  /** The worker that a client is connected to. */
  async workerOf(client: Pick<RawClient, "command">): Promise<number> {
    const { you } = await client.command({ whatsmyip: 1 });
    const { fields } = await this.line("clientOpened", ({ remote }) => remote === you);
    return Number(fields.worker);
  }

  /** The first line of an event, past or to come, whose fields suit. */
  line(event: string, suits: (fields: LogFields) => boolean = () => true): Promise<ToldLine> {
    const isWanted = (line: ToldLine) => line.event === event && suits(line.fields);
    const past = this.lines.find(isWanted);
    if (past !== undefined) return Promise.resolve(past);
    const { promise, resolve } = Promise.withResolvers<ToldLine>();
    this.#waiters.add({ isWanted, resolve });
    return within(`the line ${event}`, promise);
  }

  /** The lines of an event so far. */
  told(event: string): ToldLine[] {
    return this.lines.filter((line) => line.event === event);
  }

  status(): Promise<GatewayStatus> {
    return this.gateway.status();
  }

  /** Waits until the workers' figures are so, which nothing tells of. */
  async until(what: string, isSo: (status: GatewayStatus) => boolean): Promise<void> {
    const waiting = { isOver: false };
    const poll = async () => {
      while (!waiting.isOver && !isSo(await this.status())) await new Promise((resolve) => setTimeout(resolve, 5));
    };
    try {
      await within(what, poll());
    } finally {
      waiting.isOver = true;
    }
  }

  /** Makes a worker throw where nobody catches it, or not turn its event loop for some time. */
  fail(worker: Worker, kind: "throw" | "block"): void {
    worker.postMessage({ kind });
  }

  async drain(): Promise<void> {
    this.#isClosed = true;
    await Promise.all(this.#gateways.map((gateway) => gateway.drain(5_000)));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#isClosed) await Promise.all(this.#gateways.map((gateway) => gateway.close()));
    for (const client of this.#clients) client.close();
    await Promise.all(this.#clients.map(({ closed }) => closed));
  }

  #createWorker(): Worker {
    const worker = new Worker(new URL("./faulty_worker.ts", import.meta.url), { type: "module" });
    this.threads.push(worker);
    return worker;
  }

  #onLine(line: ToldLine): void {
    this.lines.push(line);
    for (const waiter of this.#waiters) {
      if (!waiter.isWanted(line)) continue;
      this.#waiters.delete(waiter);
      waiter.resolve(line);
    }
  }
}
