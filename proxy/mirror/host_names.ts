/** What stands in a text for a member that clients cannot reach. */
const LEFT_OUT = "(a member without a listener)";

/**
 * The members' addresses, and what clients are told instead of each: an address of the proxy, or nothing where the
 * member has no listener. An immutable value. Addresses are compared without regard to case, as host names are.
 */
export class HostNames {
  readonly #told: ReadonlyMap<string, string | null>;
  /** Any of the addresses within a text; null where there are none. */
  readonly #pattern: RegExp | null;

  /** Takes each member's address as the set names it, and the address for clients, null for none. */
  constructor(entries: Iterable<readonly [member: string, told: string | null]>) {
    this.#told = new Map([...entries].map(([member, told]) => [member.toLowerCase(), told]));
    const names = [...this.#told.keys()].map((name) => name.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"));
    this.#pattern = names.length === 0 ? null : new RegExp(`(?<![\\w.-])(?:${names.join("|")})(?!\\d)`, "gi");
  }

  /** What clients are told instead of an address: null for nothing, undefined for what is no member's address. */
  told(address: string): string | null | undefined {
    return this.#told.get(address.toLowerCase());
  }

  /** Those of a list of members that clients can reach, as they are told of them. */
  list(members: readonly string[]): string[] {
    return members.flatMap((member) => this.told(member) ?? []);
  }

  /** Says whether a text names a member. */
  areIn(text: string): boolean {
    return this.#pattern !== null && text.search(this.#pattern) >= 0;
  }

  /** A text with every member's address replaced; empty where it was one that clients are not told of. */
  reword(text: string): string {
    const told = this.told(text);
    if (told !== undefined) return told ?? "";
    return this.#pattern === null ? text : text.replace(this.#pattern, (name) => this.told(name) ?? LEFT_OUT);
  }
}
