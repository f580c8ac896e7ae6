import type { Ongoing } from "../client/ongoing.ts";
import type { TeamMember } from "./gateway_team.ts";
import type { ForwardedMessage, PeerMessage } from "./peer_message.ts";
import type { RemoteOutcome } from "./remote_client.ts";

type Post = (index: number, message: PeerMessage, transfer?: Transferable[]) => void;

/** The commands that a worker runs for clients of others. */
export class Guests {
  readonly #post: Post;
  /** By the worker that asked, and its number for the command. */
  readonly #running = new Map<number, Map<number, Ongoing>>();

  constructor(post: Post) {
    this.#post = post;
  }

  /** Runs a command that `worker` forwarded, or declines it. */
  serve(worker: number, id: number, command: ForwardedMessage, member: TeamMember | undefined): void {
    const running = this.#of(worker);
    let isOver = false;
    const onOver = (outcome: RemoteOutcome) => {
      isOver = true;
      running.delete(id);
      // A worker that took the place of the one that asked has other commands of the same numbers.
      if (this.#running.get(worker) === running) this.#tell(worker, id, outcome);
    };
    try {
      const ongoing = member?.serve(command, onOver) ?? null;
      if (isOver) return;
      if (ongoing === null) this.#post(worker, { kind: "declined", id });
      else running.set(id, ongoing);
    } catch {
      // A fault in what is done for one client must not end the worker with all of its own.
      this.#tell(worker, id, "unknown");
    }
  }

  abandon(worker: number, id: number): void {
    this.#running.get(worker)?.get(id)?.abandon();
  }

  cut(worker: number, id: number): void {
    this.#running.get(worker)?.get(id)?.cut();
  }

  /** A worker has ended, and with it the clients that it forwarded for. */
  onPeerLost(worker: number): void {
    for (const ongoing of [...this.#running.get(worker)?.values() ?? []]) ongoing.abandon();
    this.#running.delete(worker);
  }

  #tell(worker: number, id: number, outcome: RemoteOutcome): void {
    if (outcome === "unknown") return this.#post(worker, { kind: "failed", id });
    const { reply } = outcome;
    this.#post(worker, { kind: "finished", id, reply }, reply === null ? [] : [reply.buffer as ArrayBuffer]);
  }

  #of(worker: number): Map<number, Ongoing> {
    const known = this.#running.get(worker);
    if (known !== undefined) return known;
    const made = new Map<number, Ongoing>();
    this.#running.set(worker, made);
    return made;
  }
}
