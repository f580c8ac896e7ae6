import type { ExchangeClient } from "../exchange/exchange.ts";
import type { ExchangeContext } from "../exchange/exchange_context.ts";
import type { LegacyOpcodes } from "../gateway_config.ts";
import type { TrailOwner } from "../pins/trail.ts";
import type { LegacyCursors } from "./legacy_cursors.ts";

/** The first wire version, that of MongoDB 5.1, without OP_QUERY for documents and OP_GET_MORE. */
const WIRE_VERSION_WITHOUT_OPCODES = 14;

/** A client that sends old operations. */
export type LegacyClient = ExchangeClient & TrailOwner;

/** What serving old operations takes. */
export interface LegacyContext {
  readonly exchanges: ExchangeContext;
  /** What the operator wants. */
  readonly opcodes: LegacyOpcodes;
  readonly cursors: LegacyCursors;
}

/** Whether OP_QUERY and OP_GET_MORE have to become commands. */
export function mustTranslate({ opcodes, exchanges }: LegacyContext): boolean {
  return opcodes === "auto" ? lacksOpcodes(exchanges) : opcodes === "translate";
}

/**
 * Whether a server lacks the old operations, be it one of several: the others have the commands as well. As long as
 * nothing is known of the servers they may be of any age.
 */
function lacksOpcodes({ topology, front }: ExchangeContext): boolean {
  let newest = front.maxWireVersion ?? 0;
  for (const { maxWireVersion } of topology.description.servers.values()) newest = Math.max(newest, maxWireVersion);
  return newest === 0 || newest >= WIRE_VERSION_WITHOUT_OPCODES;
}

/** Whether every server evaluates `$documents`, with which collections are made up that servers have no longer. */
export function hasDocumentsStage({ exchanges: { front } }: LegacyContext): boolean {
  return (front.maxWireVersion ?? 0) >= WIRE_VERSION_WITHOUT_OPCODES;
}
