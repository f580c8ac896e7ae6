/**
 * How several threads serve one address as if they were one.
 *
 * Every worker has a whole gateway: its own listener on the shared port, its own part of the pools, its own discovery.
 * What sticks to a server, a cursor or a transaction, stays with the worker in which it began, and whoever gets a
 * command that goes on with it forwards the command there. To find it nobody is asked: each worker counts its pins by a
 * hash on a board of shared memory ({@linkcode Board}) that the others read. Where a count is not 0 the command is sent
 * by message ({@linkcode PeerMesh}), run there as for a client of that worker ({@linkcode GuestHost}), and the reply
 * comes back; a worker that turns out not to have it declines, and one that nobody has is served where it came.
 *
 * A message may be late by a turn of the other thread's event loop, a millisecond on the epoll backend, which looks for
 * messages when its {@linkcode Bell} was rung. It is not woken by a descriptor: by the time one of another thread is
 * written to, its number may be somebody else's.
 *
 * @module
 */
import type { Ongoing } from "../client/ongoing.ts";
import type { ClientId } from "../event.ts";
import type { PinDirectory } from "../pins/pin_directory.ts";
import type { Forwarding, ForwardReceiver } from "./forwarding.ts";
import type { ForwardedCommand } from "./peer_message.ts";
import type { RemoteOutcome } from "./remote_client.ts";

/** The gateways of all workers that serve one address, as one of them sees the others. */
export interface GatewayTeam {
  /** The next number for a client connection, which no other has. */
  nextClientId(): ClientId;
  /** Takes a place for a client if all together have fewer than `maxClients`; says whether it did. */
  admitClient(maxClients: number): boolean;
  /** Gives a client's place back. */
  releaseClient(): void;
  /** Where this gateway makes its pins known. */
  readonly directory: PinDirectory;
  /** The others that may have a pin of this key. */
  whoMayHave(key: number): number[];
  /** Lets the first of `workers` that has what a command goes on with run it. */
  forward(command: ForwardedCommand, workers: readonly number[], receiver: ForwardReceiver): Forwarding;
  /** Which of these client groups have connections elsewhere; one of a worker that ends meanwhile has none. */
  groupsElsewhere(keys: readonly string[]): Promise<ReadonlySet<string>>;
  /** Lets the others ask something of this gateway. */
  join(member: TeamMember): void;
}

/** What a gateway does for the others. */
export interface TeamMember {
  /** Runs a command if what it goes on with is pinned here; `null`: it is not, and `onOver` is never called. */
  serve(command: ForwardedCommand, onOver: (outcome: RemoteOutcome) => void): Ongoing | null;
  /** Whether a client group has connections here. */
  hasGroup(key: string): boolean;
}
