import type { ObjectId } from "bson";
import type { Document } from "../../../codec/bson_types.ts";
import type { Collection } from "../../../driver/collection.ts";
import type { WithId } from "../../../driver/types/schema_id.ts";

interface Person {
  name: string;
  age?: number;
  tags: string[];
  home: { city: string };
}

interface Numbered {
  _id: number;
  x: string;
}

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true : false;

/** Compiles if the type of `value` is `Wanted`, and nothing wider. */
function is<Wanted>() {
  return <Value>(_value: Value, _same: Same<Awaited<Value>, Wanted>): void => {};
}

/** What methods give is what the schema says, with its id. */
export function results(people: Collection<Person>, numbered: Collection<Numbered>, loose: Collection): void {
  const name = "Ada";
  is<WithId<Person> | null>()(people.findOne({ name }), true);
  is<WithId<Person>[]>()(people.find().toArray(), true);
  is<string[]>()(people.find().map((person) => person.home.city).toArray(), true);
  is<{ city: string }[]>()(people.find().project<{ city: string }>({ city: "$home.city" }).toArray(), true);
  is<ObjectId>()(people.insertOne({ name, tags: [], home: { city: "" } }).then(({ insertedId }) => insertedId), true);
  is<number>()(numbered.insertOne({ _id: 1, x: "" }).then(({ insertedId }) => insertedId), true);
  is<WithId<Person> | null>()(people.findOneAndUpdate({ name }, { $set: { age: 1 } }), true);
  is<WithId<Person> | null>()(people.findOneAndDelete({ name }), true);
  is<string[]>()(people.distinct("name"), true);
  is<string[]>()(people.distinct("tags"), true);
  is<unknown[]>()(people.distinct("home.city"), true);
  is<number | null>()(numbered.updateOne({}, { $set: { x: "" } }).then(({ upsertedId }) => upsertedId), true);
  is<Document[]>()(people.aggregate([]).toArray(), true);
  void loose.findOne({ anything: { $gt: 1 } }).then((found) => found?.whatever.it.is);
  void loose.insertOne({ anything: 1 });
}

/** What fits the schema is accepted. */
export function accepts(people: Collection<Person>, numbered: Collection<Numbered>): void {
  void people.insertMany([{ name: "a", tags: [], home: { city: "b" } }]);
  void people.find({ "home.city": "x", tags: "y" }, { projection: { name: 1, "home.city": 1 }, sort: { name: -1 } });
  void people.find().sort(["name", "age"]).filter({ name: /x/ });
  void people.updateOne({ name: "a" }, [{ $set: { age: 5 } }], { upsert: true });
  void people.replaceOne({ name: "a" }, { name: "b", tags: [], home: { city: "c" } });
  void people.bulkWrite([
    { insertOne: { document: { name: "a", tags: [], home: { city: "b" } } } },
    { updateOne: { filter: { name: "a" }, update: { $push: { tags: "x" } } } },
    { deleteMany: { filter: { age: { $lt: 5 } } } },
  ]);
  void numbered.replaceOne({ _id: 1 }, { x: "y" });
  void people.createIndex({ name: 1, "home.city": -1 }, { unique: true });
}

/** What does not fit the schema does not compile. */
export function refuses(people: Collection<Person>, numbered: Collection<Numbered>): void {
  // @ts-expect-error a field is missing
  void people.insertOne({ name: "a", tags: [] });
  // @ts-expect-error a field has another type
  void people.insertOne({ name: 1, tags: [], home: { city: "b" } });
  // @ts-expect-error there is no such field
  void people.insertOne({ name: "a", tags: [], home: { city: "b" }, nam: 1 });
  // @ts-expect-error the schema requires an id
  void numbered.insertOne({ x: "y" });
  // @ts-expect-error there is no such field
  void people.findOne({ nam: "a" });
  // @ts-expect-error there is no such nested field
  void people.find({ "home.town": "a" });
  // @ts-expect-error there is no such operator
  void people.find({ name: { $is: "a" } });
  // @ts-expect-error there is no such field to give
  void people.find({}, { projection: { nam: 1 } });
  // @ts-expect-error there is no such option
  void people.find({}, { skipp: 1 });
  // @ts-expect-error an update has operators
  void people.updateOne({}, { name: "a" });
  // @ts-expect-error a field has another type
  void people.updateMany({}, { $set: { age: "old" } });
  // @ts-expect-error there is no such field
  void people.findOneAndUpdate({}, { $inc: { agee: 1 } });
  // @ts-expect-error a replacement has no operators
  void people.replaceOne({}, { $set: { name: "a" } });
  // @ts-expect-error there is no such write
  void people.bulkWrite([{ insert: { document: {} } }]);
  // @ts-expect-error writes of a bulk are checked
  void people.bulkWrite([{ deleteOne: { filter: { nam: "a" } } }]);
  // @ts-expect-error a direction is 1 or -1
  void people.find().sort({ name: "up" });
}
