import { OpCode } from "../../codec/header.ts";
import { checkGetMore } from "../../codec/legacy/legacy_get_more.ts";
import type { ClientRequest } from "../client/client_request.ts";
import type { ClientSession } from "../client/client_session.ts";
import type { Ongoing } from "../client/ongoing.ts";
import type { LegacyContext } from "../legacy/legacy_context.ts";
import { runHere } from "../legacy/run_here.ts";
import { continuedKey } from "../pins/continued_key.ts";
import { type Trail, trailOf } from "../pins/trail.ts";
import { AwayCommand } from "./away_command.ts";
import type { GatewayTeam } from "./gateway_team.ts";

/**
 * Lets a command run where that is what it goes on with, and here if it turns out to be nowhere. `null`: it goes on with
 * nothing, or with something that is here or known to be nowhere else. Throws `CodecError` for an old operation that is
 * malformed.
 */
export function sendAway(
  request: ClientRequest,
  session: ClientSession,
  trail: Trail | null,
  legacy: LegacyContext,
  team: GatewayTeam,
): Ongoing | null {
  if (trail === null || trail.continued !== null) return null;
  const key = continuedKey(request.command);
  const workers = key === null ? [] : team.whoMayHave(key);
  if (workers.length === 0) return null;
  // What cannot be read is found out before anybody waits.
  if (request.opCode === OpCode.getMore) checkGetMore(request.plain);
  const away = new AwayCommand(request, session, () => {
    return runHere(request, session, trailOf(request.command, session, legacy.exchanges.pins), legacy);
  });
  away.start(team, workers, session);
  return away;
}
