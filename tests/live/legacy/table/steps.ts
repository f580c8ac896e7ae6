/**
 * What a sequence is written with: each function makes one message.
 *
 * @module
 */
import { EJSON, serialize } from "bson";
import type { Document } from "bson";
import {
  encodeOpDelete,
  encodeOpGetMore,
  encodeOpInsert,
  encodeOpKillCursors,
  encodeOpMsg,
  encodeOpQuery,
  encodeOpUpdate,
  OpMsgFlag,
  OpQueryFlag,
} from "../../../../codec/mod.ts";

/** What is known only when a step is played. */
export interface Moment {
  /** Database and collection of the sequence. */
  readonly namespace: string;
  readonly database: string;
  readonly requestId: number;
  /** Of the last reply that had one; 0n before. */
  readonly cursorId: bigint;
}

/** One message, and what is to come back. */
export interface Step {
  /** What it is, for people. */
  readonly label: string;
  /** How many replies: `exhaust` takes them until a cursor is closed. */
  readonly replies: "none" | "one" | "exhaust";
  encode(moment: Moment): Uint8Array;
}

/** One step, or several that are sent at once. */
export type Move = Step | readonly Step[];

/** Moves on a fresh connection and a fresh database. */
export interface Sequence {
  readonly name: string;
  readonly moves: readonly Move[];
}

/** The names that a sequence's commands need. */
export interface Names {
  readonly database: string;
  readonly collection: string;
  /** Both with a dot between. */
  readonly namespace: string;
  /** A second database. */
  readonly other: string;
}

interface Place {
  /** Database and collection; those of the sequence by default. */
  readonly namespace?: string;
}

/** The collection of every sequence. */
const COLLECTION = "c";

/** Makes a sequence; its database is named after it. */
export function sequence(name: string, moves: (names: Names) => readonly Move[]): Sequence {
  return { name, moves: moves(namesOf(name)) };
}

/** The names that the sequence called `name` has. */
export function namesOf(name: string): Names {
  const database = `table_${name.toLowerCase().replaceAll(/[^a-z0-9]+/g, "_").slice(0, 40)}`;
  return { database, collection: COLLECTION, namespace: `${database}.${COLLECTION}`, other: `${database}_other` };
}

/** OP_INSERT of one document or several. */
export function insert(
  documents: Document | readonly Document[],
  options: Place & { readonly continueOnError?: boolean } = {},
): Step {
  const list: readonly Document[] = Array.isArray(documents) ? documents : [documents];
  const bytes = list.map((document) => serialize(document));
  const flags = options.continueOnError === true ? 1 : 0;
  return {
    label: labelOf("insert", list, options),
    replies: "none",
    encode: ({ requestId, namespace }) =>
      encodeOpInsert({ requestId, flags, fullCollectionName: options.namespace ?? namespace, documents: bytes }),
  };
}

/** OP_UPDATE. */
export function update(
  selector: Document,
  change: Document,
  options: Place & { readonly upsert?: boolean; readonly multi?: boolean } = {},
): Step {
  const flags = (options.upsert === true ? 1 : 0) | (options.multi === true ? 2 : 0);
  const documents = { selector: serialize(selector), update: serialize(change) };
  return {
    label: labelOf("update", [selector, change], options),
    replies: "none",
    encode: ({ requestId, namespace }) =>
      encodeOpUpdate({ requestId, flags, fullCollectionName: options.namespace ?? namespace, ...documents }),
  };
}

/** OP_DELETE. */
export function remove(selector: Document, options: Place & { readonly single?: boolean } = {}): Step {
  const flags = options.single === true ? 1 : 0;
  const bytes = serialize(selector);
  return {
    label: labelOf("remove", selector, options),
    replies: "none",
    encode: ({ requestId, namespace }) =>
      encodeOpDelete({ requestId, flags, fullCollectionName: options.namespace ?? namespace, selector: bytes }),
  };
}

/** What a query has besides its filter. */
export interface QueryOptions extends Place {
  readonly skip?: number;
  /** `numberToReturn`. */
  readonly limit?: number;
  readonly fields?: Document;
  readonly flags?: readonly (keyof typeof OpQueryFlag)[];
}

/** OP_QUERY. */
export function query(filter: Document, options: QueryOptions = {}): Step {
  const { skip = 0, limit = 0, fields, flags = [] } = options;
  const documents = {
    query: serialize(filter),
    returnFieldsSelector: fields === undefined ? null : serialize(fields),
  };
  const numbers = { numberToSkip: skip, numberToReturn: limit };
  return {
    label: labelOf("query", filter, options),
    replies: flags.includes("exhaust") ? "exhaust" : "one",
    encode: ({ requestId, namespace }) =>
      encodeOpQuery({
        requestId,
        flags: flags.reduce((bits, flag) => bits | OpQueryFlag[flag], 0),
        fullCollectionName: options.namespace ?? namespace,
        ...numbers,
        ...documents,
      }),
  };
}

/** A command by OP_QUERY. */
export function command(
  document: Document,
  options: Omit<QueryOptions, "namespace"> & { readonly database?: string } = {},
): Step {
  const { database: place, ...rest } = options;
  const step = query(document, { limit: -1, ...rest });
  const at = place === undefined ? "" : ` on ${place}`;
  return {
    label: `command ${short(document)}${Object.keys(rest).length === 0 ? "" : ` ${short(rest)}`}${at}`,
    replies: "one",
    encode: (moment) => step.encode({ ...moment, namespace: `${place ?? moment.database}.$cmd` }),
  };
}

/** `getLastError` by OP_QUERY. */
export function lastError(options: Document = {}, place: { readonly database?: string } = {}): Step {
  return command({ getLastError: 1, ...options }, place);
}

/** OP_GET_MORE of the cursor of the last reply, or another. */
export function getMore(limit = 0, options: Place & { readonly cursorId?: bigint } = {}): Step {
  return {
    label: `getMore ${limit}${options.cursorId === undefined ? "" : ` of ${options.cursorId}`}`,
    replies: "one",
    encode: ({ requestId, namespace, cursorId }) =>
      encodeOpGetMore({
        requestId,
        fullCollectionName: options.namespace ?? namespace,
        numberToReturn: limit,
        cursorId: options.cursorId ?? cursorId,
      }),
  };
}

/** OP_KILL_CURSORS of the cursor of the last reply, or others. */
export function killCursors(cursorIds?: readonly bigint[]): Step {
  return {
    label: `killCursors${cursorIds === undefined ? "" : ` ${cursorIds.join()}`}`,
    replies: "none",
    encode: ({ requestId, cursorId }) => encodeOpKillCursors({ requestId, cursorIds: cursorIds ?? [cursorId] }),
  };
}

/** A command by OP_MSG; with `moreToCome` nothing comes back. */
export function message(document: Document, options: { readonly moreToCome?: boolean; database?: string } = {}): Step {
  const { moreToCome = false, database: place } = options;
  return {
    label: `message ${short(document)}${moreToCome ? ", unacknowledged" : ""}`,
    replies: moreToCome ? "none" : "one",
    encode: ({ requestId, database }) =>
      encodeOpMsg({
        requestId,
        flags: moreToCome ? OpMsgFlag.moreToCome : 0,
        body: serialize({ ...document, $db: place ?? database }),
      }),
  };
}

function labelOf(what: string, content: unknown, options: object): string {
  const further = Object.keys(options).length === 0 ? "" : ` ${short(options)}`;
  return `${what} ${short(content)}${further}`;
}

function short(content: unknown): string {
  const text = EJSON.stringify(content as Document);
  return text.length > 120 ? `${text.slice(0, 117)}...` : text;
}
