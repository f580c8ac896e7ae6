import type { ObjectId } from "bson";
import type { ChangeStreamDocument } from "../../../driver/change_stream/change_stream_document.ts";
import type { Collection } from "../../../driver/collection.ts";
import type { Db } from "../../../driver/db.ts";

interface Person {
  name: string;
  age?: number;
}

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true : false;

/** Compiles if the type of `value` is `Wanted`, and nothing wider. */
function is<Wanted>() {
  return <Value>(_value: Value, _same: Same<Awaited<Value>, Wanted>): void => {};
}

/** What streams give is what the schema says, or what the user says that the pipeline makes of it. */
export function streams(people: Collection<Person>, db: Db): void {
  is<ChangeStreamDocument<Person>>()(people.watch().next(), true);
  is<ChangeStreamDocument<Person> | null>()(people.watch().tryNext(), true);
  is<ChangeStreamDocument<Person>>()(db.watch<Person>().next(), true);
  is<{ name: string }>()(people.watch<Person, { name: string }>([]).next(), true);
}

/** The operation says what else there is. */
export function operations(change: ChangeStreamDocument<Person>): void {
  // @ts-expect-error -- not before it is known which operation it was
  change.fullDocument;
  if (change.operationType === "insert") is<Person>()(change.fullDocument, true);
  if (change.operationType === "delete") is<ObjectId>()(change.documentKey._id, true);
  if (change.operationType === "rename") is<string>()(change.to.coll, true);
  if (change.operationType === "update") {
    is<Person | null | undefined>()(change.fullDocument, true);
    is<readonly string[] | undefined>()(change.updateDescription.removedFields, true);
  }
  if (change.operationType === "dropDatabase") {
    // @ts-expect-error -- it is of no collection
    change.ns.coll;
  }
  // @ts-expect-error -- there is no such operation
  if (change.operationType === "upsert") return;
}

/** Options that a change stream does not have do not compile. */
export function options(people: Collection<Person>): void {
  people.watch([], { fullDocument: "updateLookup", batchSize: 1, maxAwaitTimeMS: 10, comment: "why" });
  people.watch([], { resumeAfter: people.watch().resumeToken });
  // @ts-expect-error -- it writes nothing
  people.watch([], { writeConcern: { w: 1 } });
  // @ts-expect-error -- a time is a Timestamp
  people.watch([], { startAtOperationTime: new Date() });
}
