import type { Connection } from "../driver/connection.ts";
import type { Server } from "../driver/sdam/topology.ts";
import type { ClientId } from "./event.ts";
import type { PinReason } from "./pin_reason.ts";

/** An upstream connection held for a client beyond one command. */
export interface ConnectionPin {
  readonly connection: Connection;
  readonly server: Server;
  readonly clientId: ClientId;
  readonly reason: PinReason;
}
