import type { Document } from "../../../codec/bson_types.ts";
import { Int32, Long, ObjectId } from "bson";
import type { MatchKeysAndValues, UpdateFilter } from "../../../driver/types/update.ts";

interface Item {
  name: string;
  price: number;
  labels: string[];
}

interface Order {
  customer: string;
  total: number;
  count?: number;
  placed: Date;
  tags: string[];
  items: Item[];
  address: { city: string; floor?: number };
  anything: Document["any"];
  optional?: string[];
}

/** UpdateFilter accepts fields of the schema. */
export const fine: UpdateFilter<Order>[] = [
  { $set: { customer: "x", "address.city": "y" } },
  { $set: { "items.0.price": 1, "items.$.price": 2, "items.$[].price": 3, "items.$[cheap].price": 4 } },
  { $set: { "items.$": { name: "x", price: 1, labels: [] } } },
  { $set: { "anything.x.y": 1 } },
  { $inc: { total: 1, count: new Int32(1), "address.floor": Long.fromNumber(1), "items.0.price": 1 } },
  { $mul: { total: 1.5 } },
  { $min: { total: 1 }, $max: { placed: new Date() } },
  { $unset: { count: "", "address.floor": true } },
  { $rename: { customer: "client" } },
  { $currentDate: { placed: true } },
  { $currentDate: { placed: { $type: "date" } } },
  { $push: { tags: "x" } },
  { $push: { tags: { $each: ["x"], $slice: -5, $sort: 1, $position: 0 } } },
  { $push: { items: { name: "x", price: 1, labels: [] } } },
  { $push: { "items.$[].labels": "x" } },
  { $push: { optional: "x" } },
  { $addToSet: { tags: { $each: ["x"] } } },
  { $addToSet: { tags: "x" } },
  { $pull: { tags: "x" } },
  { $pull: { tags: { $in: ["x"] } } },
  { $pull: { items: { price: { $gt: 5 } } } },
  { $pullAll: { tags: ["x", "y"] } },
  { $pop: { tags: 1 } },
  { $bit: { total: { and: 5 } } },
  { $setOnInsert: { customer: "x", _id: new ObjectId() } },
];

/** UpdateFilter refuses what the schema does not have. */
export const wrong: UpdateFilter<Order>[] = [
  // @ts-expect-error there is no such field
  { $set: { custome: "x" } },
  // @ts-expect-error a number is not a text
  { $set: { customer: 1 } },
  // @ts-expect-error there is no such nested field
  { $set: { "address.cit": "y" } },
  // @ts-expect-error a nested field has a type
  { $set: { "address.city": 1 } },
  // @ts-expect-error a field of an item has a type
  { $set: { "items.$.price": "x" } },
  // @ts-expect-error there is no such field in an item
  { $set: { "items.$[cheap].pric": 1 } },
  // @ts-expect-error an update names the item of an array
  { $set: { "items.price": 1 } },
  // @ts-expect-error there is no such operator
  { $sett: { customer: "x" } },
  // @ts-expect-error only operators stand at the top
  { customer: "x" },
  // @ts-expect-error only numbers are added to
  { $inc: { customer: 1 } },
  // @ts-expect-error only numbers are added
  { $inc: { total: "1" } },
  // @ts-expect-error only arrays are appended to
  { $push: { customer: "x" } },
  // @ts-expect-error an item has a type
  { $push: { tags: 1 } },
  // @ts-expect-error items have a type
  { $push: { tags: { $each: [1] } } },
  // @ts-expect-error an item is whole
  { $push: { items: { name: "x" } } },
  // @ts-expect-error only dates are set to the time
  { $currentDate: { customer: true } },
  // @ts-expect-error from one end or the other
  { $pop: { tags: 2 } },
  // @ts-expect-error there is no such field to take away
  { $unset: { custome: "" } },
  // @ts-expect-error what is pulled is of the item's type
  { $pull: { tags: 1 } },
  // @ts-expect-error there is no such field in what is pulled
  { $pull: { items: { pric: 1 } } },
];

/** UpdateFilter without a schema accepts every field, and refuses unknown operators. */
export const loose: UpdateFilter<Document>[] = [
  { $set: { a: 1, "b.c": 2 } },
  { $inc: { "x.y": 1 } },
  { $push: { list: { $each: [1] } } },
];
// @ts-expect-error there is no such operator
export const wrongOperator: UpdateFilter<Document> = { $sett: { a: 1 } };

/** MatchKeysAndValues are values for fields. */
export const set: MatchKeysAndValues<Order> = { total: 1 };
