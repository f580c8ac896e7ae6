import type { Stream } from "../../driver/transport/transport.ts";
import type { ClientId, ClientLimit, GatewayEventListener } from "../event.ts";
import { type HelloRequest, introduction } from "../hello/hello_reply.ts";
import type { GatewayLimits } from "../limits.ts";
import type { GatewayTeam } from "../team/gateway_team.ts";
import type { ClientCloseReason } from "./client_close_reason.ts";
import { type ClientGroup, ClientGroups } from "./client_group.ts";
import { ClientSession, type SessionOwner } from "./client_session.ts";
import { HostCounts, hostOf } from "./host_counts.ts";
import { Orphans } from "./orphans.ts";

/** What a {@linkcode Clients} works with. */
export interface ClientsOptions {
  readonly limits: Pick<
    GatewayLimits,
    "maxClients" | "maxClientsPerHost" | "clientIdleTimeoutMS" | "orphanTimeoutMS"
  >;
  readonly emit: GatewayEventListener;
  /** The other threads that serve the same address. */
  readonly team: GatewayTeam | null;
  /** Ends what a group left open. */
  readonly release: (group: ClientGroup) => void;
  /** Nobody is left. */
  readonly onEmpty: () => void;
}

let lastClientId = 0;

/** Everybody who is connected to a gateway, and those who left while something still runs for them. */
export class Clients {
  readonly groups = new ClientGroups();
  readonly #options: ClientsOptions;
  readonly #orphans: Orphans;
  readonly #sessions = new Set<ClientSession>();
  /** Counts where there is a limit. */
  readonly #hosts: HostCounts | null;
  /** Sessions of clients that left and for which something still runs. */
  readonly #leaving = new Set<ClientSession>();
  #isClosed = false;

  constructor(options: ClientsOptions) {
    this.#options = options;
    const { team, limits: { orphanTimeoutMS, maxClientsPerHost }, release } = options;
    this.#orphans = new Orphans({ groups: this.groups, team, timeoutMS: orphanTimeoutMS, release });
    this.#hosts = maxClientsPerHost === 0 ? null : new HostCounts();
  }

  /** Those who are connected. */
  get size(): number {
    return this.#sessions.size;
  }

  /** Whether nobody is connected, and nothing runs for those who were. */
  get isEmpty(): boolean {
    return this.#sessions.size + this.#leaving.size === 0;
  }

  /** Begins to serve whoever has connected, or closes the stream where there are too many. */
  accept(stream: Stream, owner: SessionOwner, now: number): void {
    const { emit, team, limits } = this.#options;
    const remote = stream.remoteAddress;
    const limit = this.#limitReached(remote);
    if (limit !== null) {
      emit({ type: "clientRefused", remote, limit, allowed: limits[limit] });
      return stream.close();
    }
    this.#hosts?.add(remote);
    const id = team?.nextClientId() ?? ++lastClientId as ClientId;
    const session = new ClientSession(id, stream, owner, this.groups.join(null), now);
    this.#sessions.add(session);
    emit({ type: "clientOpened", clientId: id, remote });
    session.start();
  }

  /** A client said who it is: it joins the group of connections that it belongs to. */
  identify(session: ClientSession, hello: HelloRequest): void {
    session.isLoadBalanced ||= hello.loadBalanced;
    const { group } = session;
    if (hello.client === null || group.key !== null || !group.isEmpty) return;
    this.#options.emit({ type: "clientIdentified", clientId: session.id, ...introduction(hello.client) });
    if (session.isLoadBalanced) return;
    session.group = this.groups.move(group, `${hostOf(session.remote)} ${JSON.stringify(hello.client)}`);
  }

  /** A client's connection is closed. */
  onClosed(session: ClientSession, reason: ClientCloseReason, message: string | null, now: number): void {
    const { emit, team, release, onEmpty } = this.#options;
    this.#sessions.delete(session);
    this.#hosts?.delete(session.remote);
    team?.releaseClient();
    if (session.isBusy) this.#leaving.add(session);
    const { id, remote, commands } = session;
    emit({ type: "clientClosed", clientId: id, remote, reason, message, commands });
    const orphaned = this.groups.leave(session.group, now);
    if (orphaned !== null) release(orphaned);
    if (this.isEmpty) onEmpty();
  }

  /** Nothing runs any more for a client that left. */
  onDone(session: ClientSession): void {
    this.#leaving.delete(session);
    if (this.isEmpty) this.#options.onEmpty();
  }

  /** Takes nobody any more. */
  closeDoor(): void {
    this.#isClosed = true;
  }

  /** Ends everybody for whom nothing runs, and the others after that. Tells how many there were. */
  closeWhenIdle(): void {
    const sessions = [...this.#sessions];
    const busy = sessions.filter((session) => session.isBusy).length;
    this.#options.emit({ type: "draining", clients: sessions.length, busy });
    for (const session of sessions) session.closeWhenIdle("shutdown");
  }

  /** Ends everybody now. */
  cut(): void {
    for (const session of [...this.#sessions, ...this.#leaving]) session.cut("shutdown");
  }

  /** Looks for clients that are idle for too long, and for groups that nobody comes back to. */
  sweep(now: number): void {
    this.#orphans.sweep(now);
    const { clientIdleTimeoutMS } = this.#options.limits;
    if (clientIdleTimeoutMS === 0) return;
    for (const session of this.#sessions) {
      if (session.isBusy || session.isSending) session.usedAt = now;
      // Who does not read what it was sent last would never be closed.
      else if (session.usedAt < now - 2 * clientIdleTimeoutMS) session.cut("idle");
      else if (session.usedAt < now - clientIdleTimeoutMS) session.close("idle");
    }
  }

  /** The limit that keeps another client out; `null`: there is none, and a place among all is taken. */
  #limitReached(remote: string): ClientLimit | null {
    const { maxClients, maxClientsPerHost } = this.#options.limits;
    if (this.#hosts !== null && this.#hosts.of(remote) >= maxClientsPerHost) return "maxClientsPerHost";
    return this.#isClosed || !this.#admit(maxClients) ? "maxClients" : null;
  }

  #admit(maxClients: number): boolean {
    const { team } = this.#options;
    return team === null ? this.#sessions.size < maxClients : team.admitClient(maxClients);
  }
}
