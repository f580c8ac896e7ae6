import { MongoAPIError, MongoOperationTimeoutError } from "../error.ts";
import { type ClientEventListener, EventHub } from "../monitoring/event_hub.ts";
import type { ResumeToken } from "./change_stream_options.ts";
import type { ResumePoint } from "./resume_point.ts";

/** What a change stream tells its listeners, by the name of the event. */
export type ChangeStreamEvents<TChange> = {
  /** A change. */
  readonly change: TChange;
  /** What a later stream is to be told to go on after the change before, or after nothing came for a while. */
  readonly resumeTokenChanged: ResumeToken;
  /**
   * What the stream cannot go on after, so that it is closed; or that the time of a call was up, and then it goes on.
   * Without a listener it is an uncaught error.
   */
  readonly error: unknown;
  /** Nothing more comes, whatever the reason. */
  readonly close: undefined;
};

/** What listeners are told of. */
export interface ChangeProducer<TChange> {
  /** Where the stream is. */
  readonly point: ResumePoint;
  /** The next change, or `null` if none came for a while; `undefined` if there can be none. */
  take(): Promise<TChange | null | undefined>;
  /** Gives everything back. */
  close(): Promise<void>;
}

/** Tells listeners of changes, from the first that listens for them until the stream ends. */
export class ChangeStreamEmitter<TChange> {
  readonly #producer: ChangeProducer<TChange>;
  readonly #hub = new EventHub<ChangeStreamEvents<TChange>>();
  #mode: "new" | "iterator" | "emitter" = "new";
  #toldToken: ResumeToken | null = null;

  /** Asks for nothing before somebody listens for changes. */
  constructor(producer: ChangeProducer<TChange>) {
    this.#producer = producer;
  }

  /** Notes that the stream is iterated. Throws `MongoAPIError` if listeners are told of its changes already. */
  onIteration(): void {
    this.#enter("iterator");
  }

  /** Adds a listener. Throws `MongoAPIError` if the stream is iterated already, and changes are listened for. */
  on<Name extends keyof ChangeStreamEvents<TChange>>(
    name: Name,
    listener: ClientEventListener<ChangeStreamEvents<TChange>[Name]>,
    isOnce: boolean,
  ): void {
    const isStart = name === "change" && this.#mode !== "emitter";
    if (isStart) this.#enter("emitter");
    this.#hub.on(name, listener, isOnce);
    if (isStart) void this.#run();
  }

  /** Takes a listener away. */
  off<Name extends keyof ChangeStreamEvents<TChange>>(
    name: Name,
    listener: ClientEventListener<ChangeStreamEvents<TChange>[Name]>,
  ): void {
    this.#hub.off(name, listener);
  }

  async #run(): Promise<void> {
    while (await this.#step());
    await this.#producer.close();
    this.#hub.emit("close", undefined);
  }

  /** Tells of what comes next; `false` if nothing more can come. */
  async #step(): Promise<boolean> {
    try {
      const change = await this.#producer.take();
      if (change === undefined) return false;
      if (change !== null) this.#hub.emit("change", change);
      this.#tellToken();
      return true;
    } catch (error) {
      this.#fail(error);
      return error instanceof MongoOperationTimeoutError;
    }
  }

  #tellToken(): void {
    const { token } = this.#producer.point;
    if (token === null || token === this.#toldToken) return;
    this.#toldToken = token;
    this.#hub.emit("resumeTokenChanged", token);
  }

  #fail(error: unknown): void {
    if (this.#hub.has("error")) return this.#hub.emit("error", error);
    queueMicrotask(() => {
      throw error;
    });
  }

  #enter(mode: "iterator" | "emitter"): void {
    if (this.#mode !== "new" && this.#mode !== mode) {
      const [now, before] = mode === "iterator"
        ? ["an iterator", "an EventEmitter"]
        : ["an EventEmitter", "an iterator"];
      throw new MongoAPIError(`ChangeStream cannot be used as ${now} after being used as ${before}`);
    }
    this.#mode = mode;
  }
}
