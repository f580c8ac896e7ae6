/** What a client waits for; a client has one at a time, and its next message waits for the end of it. */
export interface Ongoing {
  /** Nothing runs for the client: it waits for news. */
  readonly isIdling?: true;
  /** The client has taken everything that it was sent. */
  onClientDrain?(): void;
  /** The client went away. */
  abandon(): void;
  /** The gateway ends, at once. */
  cut(): void;
}
