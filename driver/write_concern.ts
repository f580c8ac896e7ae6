import type { Document } from "../codec/bson_types.ts";

/** What acknowledges a write (read and write concern specification); what is absent is the server's default. */
export interface WriteConcern {
  /** A number of members, `majority`, or the name of a mode; 0 asks for no acknowledgement at all. */
  readonly w?: number | string;
  /** Milliseconds to wait for `w`; 0 means no limit. */
  readonly wtimeoutMS?: number;
  /** Whether the journal has to hold the write. */
  readonly journal?: boolean;
}

/** A write concern as users give it: the server's names of its parts are taken, too. */
export interface WriteConcernOptions extends WriteConcern {
  /** The same as `wtimeoutMS`. */
  readonly wtimeout?: number;
  /** The same as `journal`. */
  readonly j?: boolean;
}

/** Makes a write concern of what a user gave. */
export function writeConcernOf(like: WriteConcernOptions | number | "majority"): WriteConcern {
  if (typeof like !== "object") return { w: like };
  const { w, wtimeoutMS = like.wtimeout, journal = like.j } = like;
  return {
    ...(w === undefined ? {} : { w }),
    ...(wtimeoutMS === undefined ? {} : { wtimeoutMS }),
    ...(journal === undefined ? {} : { journal }),
  };
}

/** Whether a write with this concern is answered by the server. */
export function isAcknowledged({ w, journal }: WriteConcern): boolean {
  return w !== 0 || journal === true;
}

/**
 * The concern as commands carry it; `null` if it is the server's default, which is not sent. `omitsTimeout` leaves
 * `wtimeoutMS` out, as where `timeoutMS` supersedes it.
 */
export function writeConcernDocument(
  { w, wtimeoutMS, journal }: WriteConcern,
  { omitsTimeout }: { omitsTimeout: boolean } = { omitsTimeout: false },
): Document | null {
  const wtimeout = omitsTimeout ? undefined : wtimeoutMS;
  if (w === undefined && wtimeout === undefined && journal === undefined) return null;
  return {
    ...(w === undefined ? {} : { w }),
    ...(journal === undefined ? {} : { j: journal }),
    ...(wtimeout === undefined ? {} : { wtimeout }),
  };
}
