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
