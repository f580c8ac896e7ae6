import type { CommandView } from "../../codec/command.ts";
import { sessionKey } from "./cursor_pins.ts";
import { cursorKey, transactionKey } from "./pin_directory.ts";

/** The key of what a command goes on with, `null` if that is nothing. */
export function continuedKey(command: CommandView): number | null {
  if (command.continuesCursor) return cursorKey(command.cursorId ?? 0n);
  if (command.autocommit !== false || command.startTransaction) return null;
  const { lsid, txnNumber } = command;
  return lsid === null || txnNumber === null ? null : transactionKey(sessionKey(lsid), txnNumber);
}
