import { type KeySink, KeyTable } from "./bson_key_table.ts";
import {
  type ElementWalker,
  int64At,
  readBigInt,
  readBinary,
  readBoolean,
  readNumber,
  readString,
  readTruth,
  readValue,
  textAt,
  walkInto,
} from "./bson_view.ts";
import { readInt32 } from "./byte_reader.ts";
import { type CommandReadPreference, readReadPreference, SECONDARY_PREFERRED } from "./command_read_preference.ts";
import type { CommandTraits } from "./command_table.ts";
import type { CommandView } from "./command_view.ts";
import { OpCode, requestId } from "./header.ts";
import { OpMsgFlag } from "./op_msg.ts";
import { OpQueryFlag } from "./op_query.ts";

const AWAITING_QUERY = OpQueryFlag.tailableCursor | OpQueryFlag.awaitData;

const NAMESPACE_OFFSET = 20;
const KILL_CURSORS_IDS_OFFSET = 24;
const LSID_BYTES = 16;
const ABSENT = 0;

/** The keys whose place a view notes. */
const Field = {
  db: 0,
  readPreference: 1,
  lsid: 2,
  txnNumber: 3,
  autocommit: 4,
  startTransaction: 5,
  comment: 6,
  maxTimeMS: 7,
  writeConcern: 8,
  collection: 9,
  cursors: 10,
  tailable: 11,
  awaitData: 12,
  pipeline: 13,
  out: 14,
} as const;

/** The keys of a command document. */
export const COMMAND_KEYS: KeyTable<number> = new KeyTable([
  ...Object.entries(Field).filter(([, field]) => field > Field.readPreference),
  ["$db", Field.db],
  ["$readPreference", Field.readPreference],
]);

/** The keys around a `$query`, and in a legacy find, whose other keys are the filter's. */
export const QUERY_KEYS: KeyTable<number> = new KeyTable([
  ["$readPreference", Field.readPreference],
  ["$comment", Field.comment],
  ["$maxTimeMS", Field.maxTimeMS],
]);

/**
 * The view of one message. One object, whose fields are offsets of elements: no field costs an allocation, and all
 * opcodes share one shape.
 */
export class CommandMessage implements CommandView, KeySink {
  readonly message: Uint8Array;
  readonly opCode: OpCode;
  readonly traits: CommandTraits;
  readonly isLegacy: boolean;
  readonly #flags: number;
  /** Offset of the document, and of its end; both 0 where there is none. */
  readonly #bodyStart: number;
  readonly #bodyEnd: number;
  #db = ABSENT;
  #readPreference = ABSENT;
  #lsid = ABSENT;
  #txnNumber = ABSENT;
  #autocommit = ABSENT;
  #startTransaction = ABSENT;
  #comment = ABSENT;
  #maxTimeMS = ABSENT;
  #writeConcern = ABSENT;
  #collection = ABSENT;
  #cursors = ABSENT;
  #tailable = ABSENT;
  #awaitData = ABSENT;
  #pipeline = ABSENT;
  #out = ABSENT;

  constructor(
    message: Uint8Array,
    opCode: OpCode,
    traits: CommandTraits,
    isLegacy: boolean,
    flags: number,
    bodyStart: number,
    bodyEnd: number,
  ) {
    this.message = message;
    this.opCode = opCode;
    this.traits = traits;
    this.isLegacy = isLegacy;
    this.#flags = flags;
    this.#bodyStart = bodyStart;
    this.#bodyEnd = bodyEnd;
  }

  onKey(field: number, element: number): void {
    switch (field) {
      case Field.db:
        this.#db ||= element;
        break;
      case Field.readPreference:
        this.#readPreference ||= element;
        break;
      case Field.lsid:
        this.#lsid ||= element;
        break;
      case Field.txnNumber:
        this.#txnNumber ||= element;
        break;
      case Field.autocommit:
        this.#autocommit ||= element;
        break;
      case Field.startTransaction:
        this.#startTransaction ||= element;
        break;
      case Field.comment:
        this.#comment ||= element;
        break;
      case Field.maxTimeMS:
        this.#maxTimeMS ||= element;
        break;
      case Field.writeConcern:
        this.#writeConcern ||= element;
        break;
      case Field.collection:
        this.#collection ||= element;
        break;
      case Field.cursors:
        this.#cursors ||= element;
        break;
      case Field.tailable:
        this.#tailable ||= element;
        break;
      case Field.awaitData:
        this.#awaitData ||= element;
        break;
      case Field.pipeline:
        this.#pipeline ||= element;
        break;
      case Field.out:
        this.#out ||= element;
        break;
    }
  }

  get requestId(): number {
    return requestId(this.message);
  }

  get name(): string {
    return this.traits.name;
  }

  get database(): string {
    if (this.opCode === OpCode.msg) return readString(this.message, present(this.#db)) ?? "";
    if (this.opCode === OpCode.killCursors) return "";
    return textAt(this.message, NAMESPACE_OFFSET, this.#namespaceDot());
  }

  get collection(): string | null {
    if (this.isLegacy) return this.#legacyCollection();
    switch (this.traits.collectionIn) {
      case "value":
        return readString(this.message, this.#first());
      case "field":
        return readString(this.message, present(this.#collection));
      case "ns":
        return this.#inFirst((walker) => walker.isKey("ns"));
      case "nested":
        return this.#inFirst(() => true);
      default:
        return null;
    }
  }

  get isWrite(): boolean {
    if (!this.traits.isKnown) return this.readPreference === null;
    if (this.traits.kind === "write" || this.traits.retryable === "write") return true;
    if (this.#pipeline !== ABSENT && this.traits.name === "aggregate") return this.#writesByPipeline();
    return this.traits.name === "mapReduce" && !this.#isInline();
  }

  get readPreference(): CommandReadPreference | null {
    if (this.#readPreference !== ABSENT) return readReadPreference(this.message, this.#readPreference);
    return this.#isQueryWith(OpQueryFlag.slaveOk) ? SECONDARY_PREFERRED : null;
  }

  get cursorId(): bigint | null {
    if (!this.continuesCursor) return null;
    if (!this.isLegacy) return readBigInt(this.message, this.#first());
    return int64At(this.message, this.#namespaceEnd() + 5);
  }

  get cursorIds(): bigint[] {
    if (this.opCode === OpCode.killCursors) return this.#legacyCursorIds();
    if (this.traits.name !== "killCursors") return [];
    const ids: bigint[] = [];
    const walker = walkInto(this.message, present(this.#cursors));
    while (walker?.next()) {
      const id = readBigInt(walker.bytes, walker.element);
      if (id !== null) ids.push(id);
    }
    return ids;
  }

  get lsid(): Uint8Array | null {
    const id = this.#findIn(this.#lsid, (walker) => walker.isKey("id"), readBinary);
    return id?.length === LSID_BYTES ? id : null;
  }

  get txnNumber(): bigint | null {
    return readBigInt(this.message, present(this.#txnNumber));
  }

  get autocommit(): boolean | null {
    return readBoolean(this.message, present(this.#autocommit));
  }

  get startTransaction(): boolean {
    return readBoolean(this.message, present(this.#startTransaction)) ?? false;
  }

  get comment(): unknown {
    return readValue(this.message, present(this.#comment));
  }

  get maxTimeMS(): number | null {
    return readNumber(this.message, present(this.#maxTimeMS));
  }

  get expectsReply(): boolean {
    if (this.opCode === OpCode.msg) return (this.#flags & OpMsgFlag.moreToCome) === 0;
    return this.opCode === OpCode.query || this.opCode === OpCode.getMore;
  }

  get exhaustAllowed(): boolean {
    if (this.opCode === OpCode.msg) return (this.#flags & OpMsgFlag.exhaustAllowed) !== 0;
    return this.#isQueryWith(OpQueryFlag.exhaust);
  }

  get isUnacknowledged(): boolean {
    if (this.isLegacy) return this.traits.kind === "write";
    return this.#findIn(this.#writeConcern, (walker) => walker.isKey("w"), readNumber) === 0;
  }

  get opensCursor(): boolean {
    return this.traits.opensCursor && !this.continuesCursor;
  }

  get opensAwaitingCursor(): boolean {
    switch (this.traits.name) {
      case "find":
        return this.isLegacy ? this.#isQueryWith(AWAITING_QUERY) : this.#isAwaitingFind();
      case "aggregate":
        return this.#isChangeStream();
      default:
        return false;
    }
  }

  get continuesCursor(): boolean {
    return this.traits.name === "getMore";
  }

  get body(): Uint8Array {
    return this.message.subarray(this.#bodyStart, this.#bodyEnd);
  }

  /** The command's first element, whose key is its name. */
  #first(): number {
    return this.#bodyStart + 4;
  }

  #isQueryWith(flags: number): boolean {
    return this.opCode === OpCode.query && (this.#flags & flags) === flags;
  }

  #namespaceEnd(): number {
    return this.message.indexOf(0, NAMESPACE_OFFSET);
  }

  /** Where the database ends: at the end of a namespace without a dot. */
  #namespaceDot(): number {
    const dot = this.message.indexOf(".".charCodeAt(0), NAMESPACE_OFFSET);
    const end = this.#namespaceEnd();
    return dot < 0 ? end : Math.min(dot, end);
  }

  #legacyCollection(): string | null {
    if (this.opCode === OpCode.killCursors) return null;
    const end = this.#namespaceEnd();
    return textAt(this.message, Math.min(this.#namespaceDot() + 1, end), end);
  }

  #legacyCursorIds(): bigint[] {
    const count = readInt32(this.message, NAMESPACE_OFFSET);
    return Array.from({ length: count }, (_, i) => int64At(this.message, KILL_CURSORS_IDS_OFFSET + i * 8));
  }

  #isAwaitingFind(): boolean {
    return this.#tailable !== ABSENT && this.#awaitData !== ABSENT &&
      readTruth(this.message, this.#tailable) === true && readTruth(this.message, this.#awaitData) === true;
  }

  /** `$changeStream` has to be the first stage. */
  #isChangeStream(): boolean {
    const stages = walkInto(this.message, present(this.#pipeline));
    if (!stages?.next()) return false;
    return this.#stageIs(stages.element, (stage) => stage.isKey("$changeStream"));
  }

  /** `$out` and `$merge` have to be the last stage. */
  #writesByPipeline(): boolean {
    const stages = walkInto(this.message, this.#pipeline);
    let last = -1;
    while (stages?.next()) last = stages.element;
    return this.#stageIs(last, (stage) => stage.isKey("$out") || stage.isKey("$merge"));
  }

  #stageIs(element: number, isWanted: (stage: ElementWalker) => boolean): boolean {
    const stage = walkInto(this.message, element);
    return stage !== null && stage.next() && isWanted(stage);
  }

  #isInline(): boolean {
    return this.#findIn(this.#out, (walker) => walker.isKey("inline"), () => true) ?? false;
  }

  #inFirst(isWanted: (walker: ElementWalker) => boolean): string | null {
    return this.#findIn(this.#first(), isWanted, readString);
  }

  /** Reads the first wanted element of the document that is the value of `element`. */
  #findIn<T>(
    element: number,
    isWanted: (walker: ElementWalker) => boolean,
    read: (bytes: Uint8Array, element: number) => T | null,
  ): T | null {
    const walker = walkInto(this.message, present(element));
    while (walker?.next()) {
      if (isWanted(walker)) return read(walker.bytes, walker.element);
    }
    return null;
  }
}

/** Turns an offset field into what the `read…` functions take: -1 for an element that is not there. */
function present(element: number): number {
  return element === ABSENT ? -1 : element;
}
