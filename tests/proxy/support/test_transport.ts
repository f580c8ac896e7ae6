import { DEFAULT_COALESCING_WINDOW_MS } from "../../../driver/transport/coalescing_window.ts";
import { openTransport } from "../../../driver/transport/open_transport.ts";
import type { Transport } from "../../../driver/transport/transport.ts";
import { gatewayBackend } from "../../support/gateway_kind.ts";
import { restAfterEach } from "../../support/rest_after_each.ts";

/** The transport of all gateways of a test file, as a thread has one. */
export const testTransport: Transport = openTransport(gatewayBackend(), {
  coalescingWindowMS: DEFAULT_COALESCING_WINDOW_MS,
});
restAfterEach(testTransport);
