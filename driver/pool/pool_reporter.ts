import type { CheckOutFailedReason, ConnectionClosedReason, PoolEvent, PoolEventOptions } from "./pool_event.ts";
import type { PoolSlot } from "./pool_slot.ts";

/** Builds a pool's events, and nothing if nobody listens. */
export class PoolReporter {
  readonly #address: string;
  readonly #onEvent: ((event: PoolEvent) => void) | null;
  /** The same, or `null` if check-outs are not to be told. */
  readonly #onCheckOutEvent: ((event: PoolEvent) => void) | null;

  constructor(address: string, onEvent: ((event: PoolEvent) => void) | null, tellsCheckOuts: boolean) {
    this.#address = address;
    this.#onEvent = onEvent;
    this.#onCheckOutEvent = tellsCheckOuts ? onEvent : null;
  }

  poolCreated(options: PoolEventOptions): void {
    this.#onEvent?.({ type: "connectionPoolCreated", address: this.#address, options });
  }

  poolReady(): void {
    this.#onEvent?.({ type: "connectionPoolReady", address: this.#address });
  }

  poolCleared(serviceId: string | null, interruptInUseConnections: boolean): void {
    this.#onEvent?.({
      type: "connectionPoolCleared",
      address: this.#address,
      ...(serviceId === null ? {} : { serviceId }),
      interruptInUseConnections,
    });
  }

  poolClosed(): void {
    this.#onEvent?.({ type: "connectionPoolClosed", address: this.#address });
  }

  connectionCreated(slot: PoolSlot): void {
    this.#onEvent?.({
      type: "connectionCreated",
      address: this.#address,
      connectionId: slot.id,
    });
  }

  connectionReady(slot: PoolSlot): void {
    this.#onEvent?.({
      type: "connectionReady",
      address: this.#address,
      connectionId: slot.id,
      durationMS: performance.now() - slot.createdAt,
    });
  }

  connectionClosed(slot: PoolSlot, reason: ConnectionClosedReason, error?: Error): void {
    this.#onEvent?.({
      type: "connectionClosed",
      address: this.#address,
      connectionId: slot.id,
      reason,
      ...(slot.serviceId === null ? {} : { serviceId: slot.serviceId }),
      ...(error === undefined ? {} : { error }),
    });
  }

  /** Gives the start for the durations to come, on the clock of `performance.now()`; 0 if nobody listens. */
  checkOutStarted(): number {
    if (this.#onCheckOutEvent === null) return 0;
    this.#onCheckOutEvent({ type: "connectionCheckOutStarted", address: this.#address });
    return performance.now();
  }

  checkOutFailed(startedAt: number, reason: CheckOutFailedReason, error?: Error): void {
    this.#onCheckOutEvent?.({
      type: "connectionCheckOutFailed",
      address: this.#address,
      reason,
      durationMS: performance.now() - startedAt,
      ...(error === undefined ? {} : { error }),
    });
  }

  checkedOut(slot: PoolSlot, startedAt: number): void {
    this.#onCheckOutEvent?.({
      type: "connectionCheckedOut",
      address: this.#address,
      connectionId: slot.id,
      durationMS: performance.now() - startedAt,
    });
  }

  checkedIn(slot: PoolSlot): void {
    this.#onCheckOutEvent?.({
      type: "connectionCheckedIn",
      address: this.#address,
      connectionId: slot.id,
    });
  }
}
