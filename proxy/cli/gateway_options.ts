import type { GatewayConfig } from "../gateway_config.ts";
import type { GatewayLimits } from "../limits.ts";
import type { FlagValues } from "./flags.ts";
import type { LoadedUpstream } from "./load_upstream.ts";

/** What the flags say for every listener alike, and the URI for its own. */
export function gatewayOptions(
  values: FlagValues,
  { maxWireVersion }: Pick<LoadedUpstream, "maxWireVersion">,
): Omit<GatewayConfig, "listen" | "upstream" | "label"> {
  const { unlink, compressors, legacyOpcodes } = values;
  return { unlink, compressors, legacyOpcodes, maxWireVersion, limits: limitsOf(values) };
}

function limitsOf(values: FlagValues): GatewayLimits {
  return {
    maxClients: values.maxClients,
    maxClientsPerHost: values.maxClientsPerHost,
    maxMessageSizeBytes: values.maxMessageSize,
    maxWaitingRequests: values.maxWaitingRequests,
    waitTimeoutMS: values.waitTimeout,
    messageTimeoutMS: values.messageTimeout,
    clientIdleTimeoutMS: values.clientIdleTimeout,
    maxCursors: values.maxCursors,
    cursorIdleTimeoutMS: values.cursorIdleTimeout,
    maxTransactions: values.maxTransactions,
    transactionIdleTimeoutMS: values.transactionIdleTimeout,
    maxAwaitingShare: values.maxAwaitingShare,
    maxPinnedShare: values.maxPinnedShare,
    abandonedCommandTimeoutMS: values.abandonedCommandTimeout,
    orphanTimeoutMS: values.orphanTimeout,
    maxBufferedBytes: values.maxBufferedBytes,
    stallTimeoutMS: values.stallTimeout,
  };
}
