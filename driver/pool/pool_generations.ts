/**
 * Generations of a pool's connections. Behind a load balancer every service has its own, kept as
 * long as connections to it exist ("Load Balancer Mode" of the pooling specification).
 */
export class PoolGenerations {
  #pool = 0;
  readonly #services = new Map<string, { generation: number; connectionCount: number }>();

  /** The generation that a connection to `serviceId` must have to be current; `null`: not behind a load balancer. */
  current(serviceId: string | null = null): number {
    if (serviceId === null) return this.#pool;
    return this.#services.get(serviceId)?.generation ?? 0;
  }

  /** Makes all connections (of the service) stale. */
  increment(serviceId: string | null): void {
    if (serviceId === null) {
      this.#pool++;
      return;
    }
    const service = this.#services.get(serviceId);
    if (service !== undefined) service.generation++;
  }

  /** Counts a connection to `serviceId` in and gives its generation. */
  retain(serviceId: string): number {
    const service = this.#services.get(serviceId) ?? { generation: 0, connectionCount: 0 };
    service.connectionCount++;
    this.#services.set(serviceId, service);
    return service.generation;
  }

  /** Counts a connection to `serviceId` out. */
  release(serviceId: string): void {
    const service = this.#services.get(serviceId);
    if (service !== undefined && --service.connectionCount === 0) this.#services.delete(serviceId);
  }
}
