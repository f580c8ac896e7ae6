import type { ServerDescription } from "./server_description.ts";

/** The oldest wire version that is spoken here, and the server that has it. */
const MIN_WIRE_VERSION = 8;
const MIN_SERVER_VERSION = "4.2";
/** The newest wire version that is known here. */
const MAX_WIRE_VERSION = 29;

/** Says why our wire versions and the server's do not overlap; `null` if they do, or if the server is unknown. */
export function wireVersionProblem(
  server: Pick<ServerDescription, "address" | "type" | "minWireVersion" | "maxWireVersion">,
): string | null {
  if (server.type === "Unknown" || server.type === "LoadBalancer") return null;
  if (server.minWireVersion > MAX_WIRE_VERSION) {
    return `Server at ${server.address} requires wire version ${server.minWireVersion}, ` +
      `but this version of torana only supports up to ${MAX_WIRE_VERSION}`;
  }
  if (server.maxWireVersion < MIN_WIRE_VERSION) {
    return `Server at ${server.address} reports wire version ${server.maxWireVersion}, ` +
      `but this version of torana requires at least ${MIN_WIRE_VERSION} (MongoDB ${MIN_SERVER_VERSION})`;
  }
  return null;
}
