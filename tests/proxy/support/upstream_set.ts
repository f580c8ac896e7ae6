import { ObjectId } from "bson";
import { PRIMARY_HELLO, Upstream } from "./upstream.ts";

/** A replica set of scripted servers. */
export class UpstreamSet implements AsyncDisposable {
  readonly members: readonly Upstream[];
  #term = 0;

  constructor(size: number) {
    this.members = Array.from({ length: size }, () => new Upstream());
    this.elect(0);
  }

  get uri(): string {
    return `mongodb://${this.members.map(({ host }) => host).join(",")}/?replicaSet=rs`;
  }

  member(index: number): Upstream {
    return this.members[index]!;
  }

  /** Makes one member the primary, or with `null` none, and tells everybody. */
  elect(index: number | null): void {
    this.#term++;
    const hosts = this.members.map(({ host }) => host);
    this.members.forEach((member, i) => {
      const isPrimary = i === index;
      member.setHello({
        ...PRIMARY_HELLO,
        isWritablePrimary: isPrimary,
        secondary: !isPrimary,
        setName: "rs",
        setVersion: 1,
        hosts,
        me: member.host,
        ...isPrimary ? { electionId: electionId(this.#term), primary: member.host } : {},
      });
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.members.map((member) => member[Symbol.asyncDispose]()));
  }
}

function electionId(term: number): ObjectId {
  return new ObjectId(term.toString(16).padStart(24, "0"));
}
