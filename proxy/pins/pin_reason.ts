/** Why an upstream connection is held for one client beyond one command. */
export type PinReason =
  /** A cursor of a client, or on a server, behind a load balancer. */
  | "cursor"
  /** A transaction of a client, or on a server, behind a load balancer. */
  | "transaction";
