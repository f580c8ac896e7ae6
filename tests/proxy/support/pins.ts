import { ClientGroup } from "../../../proxy/client/client_group.ts";
import type { CursorPin } from "../../../proxy/pins/cursor_pins.ts";
import type { TransactionPin } from "../../../proxy/pins/transaction_pins.ts";

/** A cursor on a server called `a:1`, of a client of its own, that was used at time 0. */
export function cursorPin(pin: Partial<CursorPin> = {}): CursorPin {
  return {
    id: 1n,
    namespace: "test.things",
    session: null,
    server: "a:1",
    awaiting: false,
    group: new ClientGroup(null),
    connection: null,
    usedAt: 0,
    ...pin,
  };
}

/** A transaction on a server called `a:1`, of a client of its own, that was used at time 0. */
export function transactionPin(pin: Partial<TransactionPin> = {}): TransactionPin {
  return {
    session: "session",
    lsid: new Uint8Array(16),
    txnNumber: 1n,
    server: "a:1",
    group: new ClientGroup(null),
    connection: null,
    usedAt: 0,
    ...pin,
  };
}
