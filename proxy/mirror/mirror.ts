import type { GatewayEventListener } from "../event.ts";
import { denoTransport } from "../../driver/transport/deno_transport.ts";
import type { Transport } from "../../driver/transport/transport.ts";
import type { MirrorConfig } from "./mirror_config.ts";
import type { MirrorStatus } from "./mirror_status.ts";

/**
 * A replica set as clients see it through the proxy: every member has a listener, and every reply names the listeners
 * instead of the members, so that drivers in replica-set mode choose members as ever and nobody needs to reach the
 * members themselves.
 */
export class Mirror {
  /**
   * Keeps the configuration and does nothing yet. `onEvent` must not throw; `transport` opens all sockets, those of
   * clients and those to servers.
   */
  constructor(_config: MirrorConfig, _onEvent: GatewayEventListener, _transport: Transport = denoTransport) {}

  /** Figures as they are now. */
  status(): MirrorStatus {
    return { members: [] };
  }

  /**
   * Starts discovery; members get their listeners as they are discovered. With `ping`, waits for a primary.
   * Throws `MongoServerSelectionError` if there is none in time.
   */
  async open(_options: { readonly ping: boolean }): Promise<void> {}

  /** Stops accepting, lets what runs end for at most `timeoutMS` milliseconds, and closes everything. */
  async drain(_timeoutMS: number): Promise<void> {}

  /** Closes everything now. A closed mirror cannot be opened again. */
  async close(): Promise<void> {}
}
