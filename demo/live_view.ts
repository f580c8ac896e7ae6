import type { LoadTotals } from "./load_totals.ts";
import type { Paint } from "./paint.ts";
import { drawFigures, type LoadFigures } from "./picture.ts";
import type { Screen } from "./screen.ts";
import type { Phase, ServerTable } from "./server_table.ts";
import type { ServerWatch } from "./server_watch.ts";

/** What a live table is made of. */
export interface LiveViewOptions {
  readonly screen: Screen;
  readonly paint: Paint;
  readonly watch: ServerWatch;
  readonly table: ServerTable;
  readonly totals: LoadTotals;
  readonly phase: Phase;
  readonly wantedClients: number;
}

const INTERVAL_MS = 1_000;

/** Asks the servers once a second and draws the live table, until it is disposed of. */
export class LiveView implements AsyncDisposable {
  /** What goes on. */
  title: string;
  readonly #options: LiveViewOptions;
  readonly #rates: number[] = [];
  readonly #started = performance.now();
  readonly #timer: ReturnType<typeof setInterval>;
  /** When operations were counted last. */
  #countedAt: number | null = null;
  #drawing: Promise<void> | null = null;
  #failure: { readonly cause: unknown } | null = null;

  constructor(title: string, options: LiveViewOptions) {
    this.title = title;
    this.#options = options;
    this.#timer = setInterval(() => this.#tick(), INTERVAL_MS);
    this.#tick();
  }

  /** From now on there are operations to count. */
  startCounting(): void {
    this.#options.totals.recent.take();
    this.#countedAt = performance.now();
  }

  /** Asks a last time. Throws what an earlier time has thrown. */
  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    await this.#drawing;
    this.#tick();
    await this.#drawing;
    this.#options.screen.clear();
    if (this.#failure !== null) throw this.#failure.cause;
  }

  #tick(): void {
    this.#drawing ??= this.#draw()
      .catch((cause) => {
        this.#failure ??= { cause };
      })
      .finally(() => {
        this.#drawing = null;
      });
  }

  async #draw(): Promise<void> {
    const { screen, paint, watch, table, totals, phase, wantedClients } = this.#options;
    table.record(phase, await watch.ask());
    const figures = {
      title: this.title,
      elapsedMs: performance.now() - this.#started,
      clients: totals.connections,
      wantedClients,
      load: this.#countLoad(),
      servers: table.rows,
    };
    screen.show(drawFigures(figures, paint));
  }

  #countLoad(): LoadFigures | null {
    if (this.#countedAt === null) return null;
    const { recent, retried, restarted, errors } = this.#options.totals;
    const now = performance.now();
    this.#rates.push(recent.total * 1_000 / (now - this.#countedAt));
    this.#countedAt = now;
    const [p50, p99] = [recent.percentile(0.5), recent.percentile(0.99)];
    recent.take();
    return { rates: this.#rates, p50, p99, retried, restarted, errors: errors.length };
  }
}
