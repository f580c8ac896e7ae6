import type { Connection } from "../../../driver/connection.ts";
import type { Server } from "../../../driver/sdam/topology.ts";

/** A server with a pool that only takes connections back. */
export class FakeServer {
  readonly address: string;
  readonly description: { readonly type: string };
  readonly returned: Connection[] = [];
  readonly pool = { checkIn: (connection: Connection): void => void this.returned.push(connection) };

  constructor(address = "a:1", type = "RSPrimary") {
    this.address = address;
    this.description = { type };
  }

  /** What code under test takes it for. */
  get server(): Server {
    return this as unknown as Server;
  }
}
