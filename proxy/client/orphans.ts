import type { GatewayTeam } from "../team/gateway_team.ts";
import type { ClientGroup, ClientGroups } from "./client_group.ts";

/** What an {@linkcode Orphans} works with. */
export interface OrphansOptions {
  readonly groups: ClientGroups;
  /** The other threads in which a client process may have connections. */
  readonly team: Pick<GatewayTeam, "groupsElsewhere"> | null;
  /** How long what a group left open is kept for it, in milliseconds. */
  readonly timeoutMS: number;
  /** Ends what a group left open. */
  readonly release: (group: ClientGroup) => void;
}

/** Finds the client groups that left something open and that nobody comes back to. */
export class Orphans {
  readonly #options: OrphansOptions;

  constructor(options: OrphansOptions) {
    this.#options = options;
  }

  /** Looks for them at the time `now`; to be called much more often than the timeout passes. */
  sweep(now: number): void {
    const { groups, team } = this.#options;
    const empty = groups.empty(now);
    if (empty.length === 0) return;
    if (team === null) this.#release(empty, now);
    else void this.#askAndRelease(team, empty, now);
  }

  async #askAndRelease(team: Pick<GatewayTeam, "groupsElsewhere">, empty: ClientGroup[], now: number): Promise<void> {
    const elsewhere = await team.groupsElsewhere(empty.flatMap(({ key }) => key ?? []));
    const isElsewhere = ({ key }: ClientGroup) => key !== null && elsewhere.has(key);
    for (const group of empty) if (isElsewhere(group)) group.emptySince = now;
    this.#release(empty.filter((group) => !isElsewhere(group)), now);
  }

  #release(empty: readonly ClientGroup[], now: number): void {
    const { groups, timeoutMS, release } = this.#options;
    for (const group of empty) {
      if (group.emptySince <= now - timeoutMS && groups.forget(group)) release(group);
    }
  }
}
