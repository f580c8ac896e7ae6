import type { ClientId } from "../event.ts";

/** A command of a client of one worker for something that another has pinned. */
export interface ForwardedCommand {
  readonly clientId: ClientId;
  readonly isLoadBalanced: boolean;
  /** The message without compression; it must stay as it is until the command is over. */
  readonly bytes: Uint8Array;
}

/** Such a command on its way. */
export interface ForwardedMessage extends ForwardedCommand {
  /** Number of the gateway, the same in all workers. */
  readonly gateway: number;
}

/** What workers tell each other; `id` is a number of the one that asked. */
export type PeerMessage =
  /** Run this if what it goes on with is yours. */
  | { readonly kind: "forward"; readonly id: number; readonly command: ForwardedMessage }
  /** It is not mine. */
  | { readonly kind: "declined"; readonly id: number }
  /** It has run; the message that the client gets, `null` if it gets none. */
  | { readonly kind: "finished"; readonly id: number; readonly reply: Uint8Array | null }
  /** It may have run, and nothing more is known. */
  | { readonly kind: "failed"; readonly id: number }
  /** The client went away, or the gateway ends. */
  | { readonly kind: "abandon" | "cut"; readonly id: number }
  /** Which of these client groups have connections with you? */
  | { readonly kind: "askGroups"; readonly id: number; readonly gateway: number; readonly keys: readonly string[] }
  | { readonly kind: "groups"; readonly id: number; readonly keys: readonly string[] };
