/** What the program `clients/acknowledged_writes.ts` reports. */
export interface AcknowledgedWrites {
  /** `_id`s of the inserts that the server acknowledged. */
  readonly ids: string[];
  /** Reads that gave something else than the task had written. */
  readonly mixedReplies: string[];
  /** What the driver did not make good by trying again. */
  readonly errors: string[];
  /** How many were acknowledged after it was told that the fault is over. */
  readonly lateWrites: number;
}
