import { concat } from "@std/bytes";
import type { StreamEvents } from "../../../driver/transport/transport.ts";

/** Keeps what a stream tells, and lets a test wait for it. */
export class Recorder implements StreamEvents {
  readonly closes: (Error | null)[] = [];
  drains = 0;
  /** Called after everything that is told. */
  onEvent: () => void = () => {};
  readonly #chunks: Uint8Array[] = [];
  #length = 0;
  #waiters: { isMet: () => boolean; resolve: () => void }[] = [];

  get bytes(): Uint8Array {
    return concat(this.#chunks);
  }

  get text(): string {
    return new TextDecoder().decode(this.bytes);
  }

  get length(): number {
    return this.#length;
  }

  onBytes(chunk: Uint8Array): void {
    if (this.closes.length > 0) throw new Error("Bytes came after the close");
    this.#chunks.push(chunk.slice());
    this.#length += chunk.length;
    this.#tell();
  }

  onDrain(): void {
    this.drains++;
    this.#tell();
  }

  onClose(error: Error | null): void {
    this.closes.push(error);
    this.#tell();
  }

  /** Resolves once so many bytes are there. */
  received(length: number): Promise<void> {
    return this.#until(() => this.#length >= length);
  }

  /** Resolves once it is closed. */
  closed(): Promise<void> {
    return this.#until(() => this.closes.length > 0);
  }

  /** Resolves with the next drain. */
  drained(): Promise<void> {
    const before = this.drains;
    return this.#until(() => this.drains > before);
  }

  #until(isMet: () => boolean): Promise<void> {
    if (isMet()) return Promise.resolve();
    return new Promise((resolve) => this.#waiters.push({ isMet, resolve }));
  }

  #tell(): void {
    this.onEvent();
    const met = this.#waiters.filter(({ isMet }) => isMet());
    this.#waiters = this.#waiters.filter((waiter) => !met.includes(waiter));
    for (const { resolve } of met) resolve();
  }
}
