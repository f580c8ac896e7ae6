/** What one gateway allows. Every limit is finite by default, except where idling clients are concerned. */
export interface GatewayLimits {
  /** Client connections at once; further ones are closed at once. @default {20_000} */
  readonly maxClients: number;
  /** Client connections at once from one host; further ones are closed at once; 0 for no such limit. @default {0} */
  readonly maxClientsPerHost: number;
  /** Largest message from a client, in bytes. @default {48_000_000} */
  readonly maxMessageSizeBytes: number;
  /** Commands that may wait for an upstream connection of one server. @default {10_000} */
  readonly maxWaitingRequests: number;
  /** Longest wait for an upstream connection, in milliseconds. @default {10_000} */
  readonly waitTimeoutMS: number;
  /**
   * A command that a server has not answered for so many milliseconds is given up, up to two seconds later, unless it
   * waits for data; 0 never. @default {0}
   */
  readonly messageTimeoutMS: number;
  /** A client that sends nothing for so many milliseconds is closed; 0 never. @default {0} */
  readonly clientIdleTimeoutMS: number;
  /** Open cursors remembered; the one unused longest is killed for a further one. @default {100_000} */
  readonly maxCursors: number;
  /** An unused cursor is forgotten after so many milliseconds. @default {86_400_000} */
  readonly cursorIdleTimeoutMS: number;
  /** Open transactions remembered; the one unused longest is aborted for a further one. @default {100_000} */
  readonly maxTransactions: number;
  /** An unused transaction is forgotten after so many milliseconds. @default {1_800_000} */
  readonly transactionIdleTimeoutMS: number;
  /** Share of a server's pool that awaiting `getMore`s may hold at once. @default {0.5} */
  readonly maxAwaitingShare: number;
  /** Share of a server's pool that may be pinned to clients at once. @default {0.5} */
  readonly maxPinnedShare: number;
  /** How long a command may run on after its client went away, in milliseconds. @default {1_000} */
  readonly abandonedCommandTimeoutMS: number;
  /**
   * How long cursors and transactions outlive the last connection of their client, in milliseconds. @default {10_000}
   */
  readonly orphanTimeoutMS: number;
  /**
   * Bytes that large messages of all clients, those which cannot be passed on as they come, may take at once; a client
   * beyond that is read no further until there is room. @default {268_435_456}
   */
  readonly maxBufferedBytes: number;
  /**
   * A client that does nothing for so many milliseconds in the middle of sending or of reading a large message is closed;
   * 0 never. @default {30_000}
   */
  readonly stallTimeoutMS: number;
}

/** The defaults of {@linkcode GatewayLimits}. */
export const DEFAULT_LIMITS: GatewayLimits = {
  maxClients: 20_000,
  maxClientsPerHost: 0,
  maxMessageSizeBytes: 48_000_000,
  maxWaitingRequests: 10_000,
  waitTimeoutMS: 10_000,
  messageTimeoutMS: 0,
  clientIdleTimeoutMS: 0,
  maxCursors: 100_000,
  cursorIdleTimeoutMS: 24 * 60 * 60 * 1000,
  maxTransactions: 100_000,
  transactionIdleTimeoutMS: 30 * 60 * 1000,
  maxAwaitingShare: 0.5,
  maxPinnedShare: 0.5,
  abandonedCommandTimeoutMS: 1_000,
  orphanTimeoutMS: 10_000,
  maxBufferedBytes: 256 * 1024 * 1024,
  stallTimeoutMS: 30_000,
};
