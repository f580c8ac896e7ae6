import { ClientRequest } from "../client/client_request.ts";
import type { ClientGroups } from "../client/client_group.ts";
import type { Ongoing } from "../client/ongoing.ts";
import type { LegacyContext } from "../legacy/legacy_context.ts";
import { runHere } from "../legacy/run_here.ts";
import { serveKillCursors } from "../local/kill_cursors.ts";
import { sessionKey } from "../pins/cursor_pins.ts";
import { namespaceOf, trailOf } from "../pins/trail.ts";
import type { TeamMember } from "./gateway_team.ts";
import type { ForwardedCommand } from "./peer_message.ts";
import { RemoteClient, type RemoteClientEvents, type RemoteOutcome } from "./remote_client.ts";

/** What a {@linkcode GuestHost} works with. */
export interface GuestHostOptions {
  readonly legacy: LegacyContext;
  readonly groups: ClientGroups;
  readonly maxMessageSizeBytes: number;
  readonly onRefused: RemoteClientEvents["onRefused"];
  /** A command is over. */
  readonly onDone: () => void;
}

/** Runs in a gateway the commands of other workers' clients that go on with what this gateway has pinned. */
export class GuestHost implements TeamMember {
  readonly #options: GuestHostOptions;
  readonly #running = new Map<RemoteClient, Ongoing>();
  #isClosed = false;

  constructor(options: GuestHostOptions) {
    this.#options = options;
  }

  /** Commands that run. */
  get size(): number {
    return this.#running.size;
  }

  serve(command: ForwardedCommand, onOver: (outcome: RemoteOutcome) => void): Ongoing | null {
    if (this.#isClosed) return null;
    const { maxMessageSizeBytes, onRefused, onDone } = this.#options;
    const request = new ClientRequest(command.bytes, maxMessageSizeBytes);
    let isOver = false;
    const client = new RemoteClient(command.clientId, command.isLoadBalanced, {
      onRefused,
      onFinished: (_, outcome) => {
        isOver = true;
        this.#running.delete(client);
        onOver(outcome);
        onDone();
      },
    });
    const ongoing = this.#start(request, client);
    if (ongoing !== null && !isOver) this.#running.set(client, ongoing);
    return ongoing;
  }

  hasGroup(key: string): boolean {
    return this.#options.groups.hasConnections(key);
  }

  /** Ends at once what runs, of which it is not known what came of it, and declines everything from now on. */
  close(): void {
    this.#isClosed = true;
    for (const [client, ongoing] of [...this.#running]) {
      client.breakOff();
      ongoing.cut();
    }
  }

  #start(request: ClientRequest, client: RemoteClient): Ongoing | null {
    const { legacy } = this.#options;
    if (request.failing.name === "killCursors") return this.#killCursors(request, client);
    const trail = trailOf(request.command, client, legacy.exchanges.pins);
    const pin = trail?.continued ?? null;
    if (pin === null) return null;
    client.group = pin.group;
    return runHere(request, client, trail, legacy);
  }

  /** Of the cursors of a legacy one others may have a part: this does its own, and declines. */
  #killCursors(request: ClientRequest, client: RemoteClient): Ongoing | null {
    const { exchanges } = this.#options.legacy;
    const { command } = request;
    const { cursors } = exchanges.pins;
    if (request.isLegacy) {
      exchanges.pins.release(command.cursorIds.flatMap((id) => cursors.all(id)), []);
      return null;
    }
    const namespace = namespaceOf(command);
    const session = command.lsid === null ? null : sessionKey(command.lsid);
    const isHere = command.cursorIds.some((id) => cursors.find({ id, namespace, session }) !== null);
    return isHere ? serveKillCursors(request, client, exchanges, null) : null;
  }
}
