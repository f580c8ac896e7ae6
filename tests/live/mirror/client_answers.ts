/** The set as a driver sees it. */
export interface SetState {
  readonly primary: string | null;
  readonly secondaries: readonly string[];
}

/** What came of writing and reading for a while. */
export interface Load {
  /** `_id`s of the inserts that were acknowledged by a majority. */
  readonly ids: readonly string[];
  /** What the driver did not make good by trying again. */
  readonly errors: readonly string[];
}
