import { HostNames } from "./host_names.ts";

/** A member's address, and what clients are told instead; null for nothing. */
type Listed = readonly [member: string, told: string | null];

/** What all listeners of a mirror know of its set's members. */
export class SetView {
  /** The member that says of itself that it is primary, by its own address; null while none does. */
  primary: string | null = null;
  readonly #onChange: () => void;
  /** Members that no `hello` lists, such as hidden ones. */
  readonly #unlisted = new Set<string>();
  #listed: readonly Listed[] | null = null;
  #names = new HostNames([]);
  #revision = 0;

  /** `onChange` is called when clients are to be told of others than before. */
  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  /** Whether the members that were found first have their listeners, so that clients can be told of them. */
  get isKnown(): boolean {
    return this.#listed !== null;
  }

  /** What clients are told instead of the members' addresses. */
  get names(): HostNames {
    return this.#names;
  }

  /** Says whether clients were told of the same members. */
  get revision(): number {
    return this.#revision;
  }

  /** Replaces what clients are told of the members, if that is something else. */
  publish(listed: readonly Listed[]): void {
    if (JSON.stringify(listed) === JSON.stringify(this.#listed)) return;
    this.#listed = listed;
    this.#rename();
    this.#revision++;
    this.#onChange();
  }

  /** Takes in addresses that a server listed; those that are nobody's listener are left out of replies from now on. */
  learn(addresses: readonly string[]): void {
    const found = addresses.filter((address) => this.#names.told(address) === undefined);
    if (found.length === 0) return;
    for (const address of found) this.#unlisted.add(address);
    this.#rename();
  }

  #rename(): void {
    const unlisted = [...this.#unlisted].map((address): Listed => [address, null]);
    this.#names = new HostNames([...unlisted, ...this.#listed ?? []]);
  }
}
