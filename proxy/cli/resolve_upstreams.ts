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
  /** Keeps what flags have added to the options. */
  const resolved = async (parsed: ConnectionString, uri: string) => {
    if (parsed.scheme !== "mongodb+srv") return parsed;
    const found = await resolve(uri);
    return { ...found, options: { ...parsed.options, ...found.options } };
  };
  const gateways = config.gateways.map(async (gateway) => ({
    ...gateway,
    upstream: await resolved(gateway.upstream, uris.get(gateway)!),
  }));
  const mirrors = config.mirrors.map(async (mirror) => ({
    ...mirror,
    seeds: await resolved(mirror.seeds, uris.get(mirror)!),
  }));
  return { ...config, gateways: await Promise.all(gateways), mirrors: await Promise.all(mirrors) };
}
