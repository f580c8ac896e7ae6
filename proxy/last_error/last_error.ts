/** What wrote. OP_INSERT, OP_UPDATE and OP_DELETE count as the commands that took their place. */
export type WriteKind = "insert" | "update" | "delete" | "findAndModify" | "createIndexes";

/** Why an operation failed, as a reply of a server or of ours has it. */
export interface FailedOperation {
  readonly code: number;
  readonly codeName: string;
  readonly errmsg: string;
}

/**
 * What became of the writes of one client connection, as `getLastError` and `getPrevError` tell it.
 * An operation replaces what the one before left; many servers kept this for each connection until 5.0.
 */
export class LastError {
  /** An operation other than those about the last error (and `hello`) begins. */
  startRequest(): void {
  }

  /** A write was answered; `reply` is the server's reply document, borrowed for the call. */
  wrote(_kind: WriteKind, _reply: Uint8Array): void {
  }

  /** The operation failed as a whole, or what became of it is not known. */
  failed(_error: FailedOperation): void {
  }

  /** Forgets everything: `resetError`. */
  reset(): void {
  }
}
