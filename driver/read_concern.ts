/** How consistent what a read sees has to be (read and write concern specification). */
export type ReadConcernLevel = "local" | "available" | "majority" | "linearizable" | "snapshot";

/** A read concern; without a level it is the server's default, and is not sent. */
export interface ReadConcern {
  /** The level; servers may know others than those listed. */
  readonly level?: ReadConcernLevel | string;
}

/** A read concern as users give it: whole, or its level alone. */
export type ReadConcernLike = ReadConcern | ReadConcernLevel;

/** Makes a read concern of what a user gave. */
export function readConcernOf(like: ReadConcernLike): ReadConcern {
  return typeof like === "string" ? { level: like } : like;
}
