import type { Connection } from "../connection.ts";
import type { Linked, LinkedList } from "./linked_list.ts";

/** A connection's place in a pool; the list that it is in says whether it is pending, available or checked out. */
export class PoolSlot implements Linked<PoolSlot> {
  list: LinkedList<PoolSlot> | null = null;
  previous: PoolSlot | null = null;
  next: PoolSlot | null = null;
  /** Set when the connection is established. */
  connection: Connection | null = null;
  /** Set by the handshake, behind a load balancer. */
  serviceId: string | null = null;
  isHelloAnswered = false;
  /** When the connection became available, as `performance.now()` gives it; kept only if idle connections expire. */
  idleSince = 0;
  /** What the connection calls if it closes while it is available. */
  onClose: Connection["onClose"] = null;
  /** Ends the establishment. */
  readonly abort = new AbortController();

  constructor(
    readonly id: number,
    /** Of the pool, or behind a load balancer of the service. */
    public generation: number,
    readonly createdAt: number,
  ) {}
}
