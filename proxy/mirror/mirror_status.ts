import type { GatewayStatus } from "../gateway_status.ts";

/** A mirror in figures. */
export interface MirrorStatus {
  /** Every member that was discovered since the mirror runs, in that order. */
  readonly members: readonly MemberStatus[];
}

/** One member of the set and the listener that stands for it. */
export interface MemberStatus {
  /** Address by which the set knows the member. */
  readonly member: string;
  /** Address that clients are told; `null` for a member that got no port. */
  readonly address: string | null;
  /** Whether clients are taken: not by a member that left the set, got no port, or whose port is taken by somebody else. */
  readonly isListening: boolean;
  /** Figures of its listener; `null` where nobody listens. */
  readonly gateway: GatewayStatus | null;
}
