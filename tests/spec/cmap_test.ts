import { assert, assertEquals, assertInstanceOf, assertStringIncludes, fail } from "@std/assert";
import type { Document } from "bson";
import { formatHostAddress } from "../../driver/address.ts";
import { connect } from "../../driver/connect.ts";
import type { Connection } from "../../driver/connection.ts";
import { MongoPoolClosedError, MongoWaitQueueError } from "../../driver/error.ts";
import { type ConnectInfo, ConnectionPool } from "../../driver/pool/connection_pool.ts";
import type { PoolEvent } from "../../driver/pool/pool_event.ts";
import { HELLO_REPLY, isHello, type ScriptedAnswer, ScriptedServer } from "../driver/scripted_server.ts";
import { fakeConnection } from "../driver/pool/fake_stream.ts";
import { type SpecCase, type SpecFile, specSuite } from "../support/spec_suite.ts";

interface Operation {
  readonly name: string;
  readonly thread?: string;
  readonly target?: string;
  readonly label?: string;
  readonly connection?: string;
  readonly event?: string;
  readonly count?: number;
  readonly ms?: number;
  readonly interruptInUseConnections?: boolean;
}

interface CmapCase {
  readonly style: "unit" | "integration";
  readonly description: string;
  readonly poolOptions?: Record<string, number | string>;
  readonly failPoint?: { mode: "alwaysOn" | { times: number }; data: FailCommand };
  readonly operations: readonly Operation[];
  readonly error?: { type: string; message: string };
  readonly events: readonly Record<string, unknown>[];
  readonly ignore?: readonly string[];
}

interface FailCommand {
  readonly failCommands: readonly string[];
  readonly blockConnection?: boolean;
  readonly blockTimeMS?: number;
  readonly closeConnection?: boolean;
  readonly errorCode?: number;
  readonly appName?: string;
}

const ERROR_CLASSES: Record<string, typeof MongoPoolClosedError | typeof MongoWaitQueueError> = {
  PoolClosedError: MongoPoolClosedError,
  WaitQueueTimeoutError: MongoWaitQueueError,
};

specSuite("connection-monitoring-and-pooling/tests", (file) => {
  return file.path.startsWith("cmap-format/") ? cmapCases(file) : unifiedCases(file);
}, {
  "logging/": "unified test format: needs a client and its log messages, which the driver's lower half does not have",
});

function unifiedCases({ json }: SpecFile): SpecCase[] {
  return (json as { tests: { description: string }[] }).tests.map(({ description }) => ({
    name: description,
    run: () => fail("Cases of the unified format are not run here"),
  }));
}

function cmapCases(file: SpecFile): SpecCase[] {
  const spec = file.json as CmapCase;
  return [{
    name: spec.description,
    run: async () => {
      await using run = new CmapRun(spec);
      await run.play();
      run.verify();
    },
  }];
}

/** One case on a pool: of fake connections for the unit style, of real ones to a failing server for the other. */
class CmapRun implements AsyncDisposable {
  readonly #spec: CmapCase;
  readonly #pool: ConnectionPool;
  readonly #server: ScriptedServer | null;
  readonly #events: PoolEvent[] = [];
  readonly #eventWaits = new Set<() => void>();
  readonly #connections: Connection[] = [];
  readonly #labels = new Map<string, Connection>();
  readonly #threads = new Map<string, Promise<void>>();
  readonly #teardown = new AbortController();
  #failuresLeft: number;
  #error: unknown = null;

  constructor(spec: CmapCase) {
    this.#spec = spec;
    const mode = spec.failPoint?.mode ?? { times: 0 };
    this.#failuresLeft = mode === "alwaysOn" ? Infinity : mode.times;
    this.#server = spec.style === "unit" ? null : new ScriptedServer((command) => this.#answer(command));
    const { backgroundThreadIntervalMS: _, appName: __, ...limits } = spec.poolOptions ?? {};
    this.#pool = new ConnectionPool({
      ...limits,
      address: this.#server === null ? "fake:27017" : formatHostAddress(this.#server.address),
      connect: (info) => this.#connect(info),
      onEvent: (event) => this.#note(event),
      // The error rules of discovery, as far as these cases need them.
      onConnectionFailed: (error) => {
        if (!error.hasErrorLabel("SystemOverloadedError")) this.#pool.clear({ error });
      },
    });
  }

  async play(): Promise<void> {
    try {
      for (const operation of this.#spec.operations) await this.#schedule(operation);
    } catch (error) {
      this.#error = error;
    }
  }

  verify(): void {
    const expected = this.#spec.error;
    if (expected === undefined) {
      if (this.#error !== null) throw this.#error;
    } else {
      const errorClass = ERROR_CLASSES[expected.type];
      assert(errorClass !== undefined, `Unknown error type ${expected.type}`);
      assertInstanceOf(this.#error, errorClass);
      // The specification leaves the wording to drivers; ours of a closed pool differs.
      if (errorClass === MongoWaitQueueError) {
        assertStringIncludes(this.#error.message, expected.message);
      }
    }
    const events = this.#events.filter((event) => !this.#spec.ignore?.includes(specName(event)));
    this.#spec.events.forEach((event, index) => assertMatches(specEvent(events[index]), event));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#pool.close();
    this.#teardown.abort();
    for (const connection of this.#connections) connection.close();
    await Promise.allSettled(this.#threads.values());
    await this.#server?.[Symbol.asyncDispose]();
  }

  async #connect(info: ConnectInfo): Promise<Connection> {
    const connection = this.#server === null ? fakeConnection(info) : await connect(this.#server.address, {
      ...info,
      clientMetadata: { application: { name: this.#spec.poolOptions?.appName } },
    }, info.signal);
    this.#connections.push(connection);
    return connection;
  }

  /** What a server with the case's fail point answers. */
  async #answer(command: Document): Promise<ScriptedAnswer> {
    const failure = this.#spec.failPoint?.data;
    const name = Object.keys(command)[0]!;
    if (
      failure !== undefined && failure.failCommands.includes(name) &&
      failure.appName === command.client?.application?.name && this.#failuresLeft-- > 0
    ) {
      if (failure.blockConnection) await delay(failure.blockTimeMS ?? 0, this.#teardown.signal);
      if (failure.closeConnection) return "close";
      if (failure.errorCode !== undefined) {
        return { ok: 0, code: failure.errorCode, errmsg: "Failing by a fail point" };
      }
    }
    return isHello(command) ? HELLO_REPLY : { ok: 1 };
  }

  #note(event: PoolEvent): void {
    this.#events.push(event);
    for (const wake of this.#eventWaits) wake();
  }

  /** The main thread waits for its own operations; another thread's are queued behind each other. */
  async #schedule(operation: Operation): Promise<void> {
    if (operation.thread === undefined) return await this.#perform(operation);
    const thread = (this.#threads.get(operation.thread) ?? Promise.resolve())
      .then(() => this.#perform(operation));
    // Who waits for the thread gets its error; it must not count as unhandled until then.
    thread.catch(() => {});
    this.#threads.set(operation.thread, thread);
  }

  async #perform(operation: Operation): Promise<void> {
    switch (operation.name) {
      case "start":
        this.#threads.set(operation.target!, Promise.resolve());
        return;
      case "wait":
        return await delay(operation.ms!, this.#teardown.signal);
      case "waitForThread":
        return await this.#threads.get(operation.target!);
      case "waitForEvent":
        return await this.#waitForEvent(operation.event!, operation.count!);
      case "checkOut": {
        const connection = await this.#pool.checkOutAsync();
        if (operation.label !== undefined) this.#labels.set(operation.label, connection);
        return;
      }
      case "checkIn":
        return this.#pool.checkIn(this.#labels.get(operation.connection!)!);
      case "clear":
        return this.#pool.clear({
          interruptInUseConnections: operation.interruptInUseConnections ?? false,
        });
      case "close":
        return this.#pool.close();
      case "ready":
        return this.#pool.ready();
      default:
        throw new Error(`Unknown operation ${operation.name}`);
    }
  }

  /** No timeout of its own: an event that never comes leaves the test with a pending promise, which fails it. */
  #waitForEvent(name: string, count: number): Promise<void> {
    return new Promise((resolve) => {
      const check = () => {
        if (this.#events.filter((event) => specName(event) === name).length < count) return;
        this.#eventWaits.delete(check);
        resolve();
      };
      this.#eventWaits.add(check);
      check();
    });
  }
}

/** Ends early, without an error, when the case is over. */
function delay(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener("abort", end);
  });
}

function specName(event: PoolEvent): string {
  return event.type[0]!.toUpperCase() + event.type.slice(1);
}

/** An event with the names that the specification's files use. */
function specEvent(event: PoolEvent | undefined): unknown {
  if (event === undefined) return undefined;
  const duration = "durationMS" in event ? { duration: event.durationMS } : {};
  return { ...event, ...duration, type: specName(event) };
}

/** The match function of the test format: a subset, in which 42 stands for any value. */
function assertMatches(actual: unknown, expected: unknown): void {
  if (expected === 42 || expected === "42") {
    assert(actual !== undefined && actual !== null, "Missing value");
  } else if (typeof expected === "object" && expected !== null) {
    assert(typeof actual === "object" && actual !== null, `Missing ${JSON.stringify(expected)}`);
    for (const [key, value] of Object.entries(expected)) {
      assertMatches((actual as Record<string, unknown>)[key], value);
    }
  } else assertEquals(actual, expected);
}
