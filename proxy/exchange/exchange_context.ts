import type { Server, Topology } from "../../driver/sdam/topology.ts";
import type { AwaitLane } from "./await_lane.ts";
import type { CommandWatch } from "./command_watch.ts";
import type { Load } from "../../driver/transport/transport.ts";
import type { StallWatch } from "../client/stall_watch.ts";
import type { GatewayEventListener } from "../event.ts";
import type { Front } from "../front.ts";
import type { GatewayLimits } from "../limits.ts";
import type { OwnCommands } from "../local/own_commands.ts";
import type { Pins } from "../pins/pins.ts";

/** What the exchanges of a gateway share. */
export interface ExchangeContext {
  readonly topology: Topology;
  readonly pins: Pins;
  readonly limits: GatewayLimits;
  readonly emit: GatewayEventListener;
  readonly ownCommands: OwnCommands;
  /** Told of every command that a server answers soon. */
  readonly load: Load;
  /** Watches the large replies on their way to clients. */
  readonly stalls: StallWatch;
  /** Watches the commands that are at servers; `null` where these may take as long as they like. */
  readonly commands: CommandWatch | null;
  /** What clients see. */
  readonly front: Front;
  /** The lane for commands that wait for data at `server`. */
  laneOf(server: Server): AwaitLane;
  /** The lane for what waits at `server` for other members of its replica set. */
  memberLaneOf(server: Server): AwaitLane;
}
