import { type ConnectionString, resolveConnectionString } from "../../driver/connection_string.ts";
import type { ProxyConfig } from "../gateway_config.ts";
import type { LoadedConfig } from "./load_config.ts";

/**
 * Looks up the hosts of `mongodb+srv` connection strings, and gives the configuration with them; the others stay as
 * they are. Throws `MongoParseError` where DNS has no usable answer.
 */
export async function resolveUpstreams(
  { config, uris }: LoadedConfig,
  resolve: (uri: string) => Promise<ConnectionString> = (uri) => resolveConnectionString(uri),
): Promise<ProxyConfig> {
  const gateways = await Promise.all(config.gateways.map(async (gateway) => {
    const isSrv = gateway.upstream.scheme === "mongodb+srv";
    return isSrv ? { ...gateway, upstream: await resolve(uris.get(gateway)!) } : gateway;
  }));
  return { ...config, gateways };
}
