/** How many client connections there are from each host. */
export class HostCounts {
  readonly #counts = new Map<string, number>();

  /** Those from the host of a remote address. */
  of(remote: string): number {
    return this.#counts.get(hostOf(remote)) ?? 0;
  }

  /** Counts one more. */
  add(remote: string): void {
    this.#counts.set(hostOf(remote), this.of(remote) + 1);
  }

  /** Counts one less; a host of which none is left is forgotten. */
  delete(remote: string): void {
    const left = this.of(remote) - 1;
    if (left > 0) this.#counts.set(hostOf(remote), left);
    else this.#counts.delete(hostOf(remote));
  }

  /** Hosts with connections. */
  get size(): number {
    return this.#counts.size;
  }
}

/** The host of a remote address without its port; clients of a unix socket are all of one host. */
export function hostOf(remote: string): string {
  return remote.replace(/:\d+$/, "");
}
