import type { GatewayEvent } from "../../../proxy/event.ts";
import { within } from "./within.ts";

type EventOf<Type extends GatewayEvent["type"]> = Extract<GatewayEvent, { type: Type }>;

interface EventWaiter {
  readonly isWanted: (event: GatewayEvent) => boolean;
  readonly resolve: (event: GatewayEvent) => void;
}

/** What a gateway or a mirror under test tells. */
export class EventLog {
  readonly events: GatewayEvent[] = [];
  readonly #waiters = new Set<EventWaiter>();

  /** The events of a type so far. */
  told<Type extends GatewayEvent["type"]>(type: Type): EventOf<Type>[] {
    return this.events.filter((event) => event.type === type) as EventOf<Type>[];
  }

  /** The first event of a type, past or to come, that suits. */
  event<Type extends GatewayEvent["type"]>(
    type: Type,
    suits: (event: EventOf<Type>) => boolean = () => true,
  ): Promise<EventOf<Type>> {
    const isWanted = (event: GatewayEvent) => event.type === type && suits(event as EventOf<Type>);
    const past = this.events.find(isWanted);
    if (past !== undefined) return Promise.resolve(past as EventOf<Type>);
    const { promise, resolve } = Promise.withResolvers<GatewayEvent>();
    this.#waiters.add({ isWanted, resolve });
    return within(`the event ${type}`, promise as Promise<EventOf<Type>>);
  }

  /** Takes in an event. */
  take(event: GatewayEvent): void {
    this.events.push(event);
    for (const waiter of this.#waiters) {
      if (!waiter.isWanted(event)) continue;
      this.#waiters.delete(waiter);
      waiter.resolve(event);
    }
  }
}
