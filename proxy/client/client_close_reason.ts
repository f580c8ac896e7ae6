/** Why a client connection ended. */
export type ClientCloseReason =
  /** The client closed it between commands. */
  | "clientLeft"
  /** The client closed it while a command ran. */
  | "clientLeftBusy"
  /** The socket failed. */
  | "clientLost"
  /** The client sent bytes that are no message, or one that cannot be served. */
  | "badMessage"
  /** A server was lost while the client was getting its reply from it. */
  | "replyLost"
  /** The one server that it came for cannot be reached. */
  | "serverLost"
  /** It did nothing for the time limit, in the middle of sending a message or of reading one. */
  | "stalled"
  /** Nothing came for the idle time. */
  | "idle"
  /** The proxy ends. */
  | "shutdown"
  /** A fault of the proxy itself. */
  | "internalError";
