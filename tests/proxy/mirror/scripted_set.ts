import { type Document, ObjectId, Timestamp } from "bson";
import { PRIMARY_HELLO, Upstream } from "../support/upstream.ts";

/** Who is what in a {@linkcode ScriptedSet}, by the members' numbers. */
export interface SetLayout {
  /** Null for none. */
  readonly primary: number | null;
  readonly hosts: readonly number[];
  readonly passives?: readonly number[];
  readonly arbiters?: readonly number[];
  /** Members that no other lists. */
  readonly hidden?: readonly number[];
}

/** A replica set of scripted servers whose members come and go. */
export class ScriptedSet implements AsyncDisposable {
  readonly members: readonly Upstream[];
  #version = 0;

  /** Of `size` servers, those of `layout` are members. */
  constructor(size: number, layout: SetLayout) {
    this.members = Array.from({ length: size }, () => new Upstream());
    this.arrange(layout);
  }

  get uri(): string {
    return `mongodb://${this.member(0).host}/?replicaSet=rs`;
  }

  member(index: number): Upstream {
    return this.members[index]!;
  }

  host(index: number): string {
    return this.member(index).host;
  }

  /** Gives the set another shape, and tells all its members. */
  arrange({ primary, hosts, passives = [], arbiters = [], hidden = [] }: SetLayout): void {
    this.#version++;
    const lists: Document = { hosts: this.#hosts(hosts) };
    if (passives.length > 0) lists.passives = this.#hosts(passives);
    if (arbiters.length > 0) lists.arbiters = this.#hosts(arbiters);
    for (const index of [...hosts, ...passives, ...arbiters, ...hidden]) {
      const isPrimary = index === primary;
      const isArbiter = arbiters.includes(index);
      this.member(index).setHello({
        ...PRIMARY_HELLO,
        isWritablePrimary: isPrimary,
        secondary: !isPrimary && !isArbiter,
        ...isArbiter ? { arbiterOnly: true } : {},
        ...hidden.includes(index) ? { hidden: true } : {},
        setName: "rs",
        setVersion: this.#version,
        ...lists,
        me: this.host(index),
        ...primary === null ? {} : { primary: this.host(primary) },
        ...isPrimary ? { electionId: new ObjectId(this.#version.toString(16).padStart(24, "0")) } : {},
        tags: { number: `${index}` },
        lastWrite: {
          opTime: { ts: new Timestamp({ t: 1_700_000_000, i: this.#version }), t: 1n },
          lastWriteDate: new Date(1_700_000_000_000),
        },
        connectionId: 777,
        localTime: new Date(0),
      });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.members.map((member) => member[Symbol.asyncDispose]()));
  }

  #hosts(members: readonly number[]): string[] {
    return members.map((index) => this.host(index));
  }
}
