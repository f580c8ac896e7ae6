import type { PoolEvent } from "./pool/pool_event.ts";
import type { SdamEvent } from "./sdam/sdam_event.ts";

/** Everything the lower half of the driver tells: connection pools (CMAP) and discovery (SDAM). */
export type DriverEvent = PoolEvent | SdamEvent;

/** A listener for {@linkcode DriverEvent}; it must not throw. */
export type DriverEventListener = (event: DriverEvent) => void;
