"""Reads, writes, bulk writes and values."""

import re
from datetime import datetime, timezone

from bson import Binary, Decimal128, Int64, ObjectId, Timestamp
from pymongo import (
    ASCENDING, DeleteMany, DeleteOne, InsertOne, ReplaceOne, ReturnDocument, UpdateMany, UpdateOne,
)
from pymongo.collation import Collation
from pymongo.errors import BulkWriteError

from .support import by_id, counts, error_of

AFTER = {"return_document": ReturnDocument.AFTER}


def insert_and_find(context):
    items = context.empty("insert_and_find")
    inserted = [
        items.insert_one({"_id": 1, "name": "one"}).inserted_id,
        items.insert_many([{"_id": 2, "name": "two"}, {"_id": 3, "name": "three"}]).inserted_ids,
        items.insert_one({"name": "generated"}).inserted_id,
    ]
    return [
        inserted, items.find_one({"_id": 1}), items.find_one({"_id": 99}),
        list(items.find({"_id": {"$gt": 0}}, {"_id": 0}).sort("_id", -1)),
        list(items.find({}).sort("name", 1).skip(1).limit(2)),
    ]


def update_and_replace(context):
    items = context.filled("update_and_replace", 20)
    return [
        counts(items.update_one({"_id": 1}, {"$set": {"seen": True}})),
        counts(items.update_one({"_id": 100}, {"$set": {"seen": True}})),
        counts(items.update_many({"group": {"$lt": 5}}, {"$inc": {"times": 2}})),
        counts(items.update_many({}, [{"$set": {"double": {"$multiply": ["$_id", 2]}}}])),
        counts(items.replace_one({"_id": 2}, {"replaced": True})),
        counts(items.update_one({"_id": 50}, {"$set": {"born": 1}}, upsert=True)),
        by_id(items),
    ]


def delete(context):
    items = context.filled("delete", 20)
    return [
        counts(items.delete_one({"group": 3})),
        counts(items.delete_many({"group": {"$gte": 5}})),
        counts(items.delete_many({"group": 77})),
        items.count_documents({}),
    ]


def find_and_modify(context):
    items = context.filled("find_and_modify", 10)
    return [
        items.find_one_and_update({"_id": 1}, {"$set": {"seen": True}}, **AFTER),
        items.find_one_and_replace({"_id": 2}, {"replaced": True}, **AFTER),
        items.find_one_and_delete({"_id": 3}),
        items.find_one_and_update({"_id": 70}, {"$set": {"born": 1}}, upsert=True, **AFTER),
        items.find_one_and_delete({"_id": 99}),
        items.count_documents({}),
    ]


def count_and_distinct(context):
    items = context.filled("count_and_distinct", 105)
    return [
        items.count_documents({"group": 4}), items.count_documents({}, skip=5, limit=50),
        items.estimated_document_count(), items.distinct("group", {"_id": {"$lt": 5}}),
        context.db.command("count", "count_and_distinct", query={"group": {"$lt": 3}})["n"],
    ]


def options(context):
    items = context.filled("options", 10)
    items.insert_many([{"_id": "a", "word": "Éclair"}, {"_id": "b", "word": "eclair"}, {"_id": "c", "word": "ECLAIR"}])
    items.create_index([("group", ASCENDING)], name="by_group")
    collation = Collation(locale="en", strength=1)
    by_variable = {"$expr": {"$eq": ["$group", "$$wanted"]}}
    pipeline = [{"$match": by_variable}]
    return [
        list(items.find({"word": "eclair"}, collation=collation).sort("_id", 1)),
        len(items.distinct("word", {"word": "eclair"}, collation=collation)),
        list(items.find({"group": 4}, hint="by_group", comment="from a check")),
        error_of(lambda: list(items.find({"group": 4}, hint="no_such_index"))),
        outcome(lambda: context.db.command("aggregate", "options", pipeline=pipeline, cursor={}, let={"wanted": 4})),
    ]


def outcome(operation):
    """The first batch of the reply, or the error."""
    result = []
    error = error_of(lambda: result.append(operation()["cursor"]["firstBatch"]))
    return result if error == "none" else error


def values_of_every_type(context):
    items = context.empty("types")
    key = ObjectId("0123456789abcdef01234567")
    document = {
        "_id": key, "double": 1.5, "text": "Grüße, 世界 🌍", "nested": {"deep": [1, [2, [3]]]}, "empty": {}, "none": None,
        "binary": Binary(b"\x00\x01\xff", 128), "yes": True, "pattern": re.compile("^a.*z$", re.I | re.M),
        "date": datetime(2020, 9, 13, 12, 26, 40, tzinfo=timezone.utc), "long": Int64(9007199254740993),
        "decimal": Decimal128("1.000E+30"), "time": Timestamp(1, 1), "big": 1e300,
    }
    items.insert_one(document)
    found = items.find_one({"_id": key})
    return [
        sorted(name for name in document if found[name] == document[name]), found["date"].isoformat(),
        found["pattern"].pattern, str(found["long"]), found["binary"].subtype,
        list(items.find_raw_batches({}))[0] == list(items.find_raw_batches({"_id": key}))[0],
    ]


MIXED = [
    InsertOne({"_id": 1, "kind": "first"}), InsertOne({"_id": 2, "kind": "second"}), InsertOne({"_id": 1}),
    UpdateOne({"_id": 2}, {"$set": {"changed": True}}), UpdateMany({}, {"$inc": {"times": 1}}),
    ReplaceOne({"_id": 3}, {"kind": "upserted"}, upsert=True), InsertOne({"_id": 2}),
    DeleteOne({"kind": "first"}), DeleteMany({"kind": "no such"}),
]


def bulk_outcome(operation):
    try:
        return operation().bulk_api_result
    except BulkWriteError as error:
        shown = [{"index": item["index"], "code": item["code"], "errmsg": item["errmsg"]}
                 for item in error.details["writeErrors"][:20]]
        counted = {name: value for name, value in error.details.items() if name.startswith("n")}
        return [error.code, len(error.details["writeErrors"]), shown, counted, error.details["writeConcernErrors"]]


def bulk_writes(context):
    ordered = context.empty("bulk_ordered")
    unordered = context.empty("bulk_unordered")
    return [
        bulk_outcome(lambda: ordered.bulk_write(MIXED)), by_id(ordered),
        bulk_outcome(lambda: unordered.bulk_write(MIXED, ordered=False)), by_id(unordered),
    ]


def inserts_with_duplicate_keys(context):
    items = context.empty("insert_many_duplicates")
    return [
        bulk_outcome(lambda: items.insert_many([{"_id": n % 900} for n in range(1000)], ordered=False)),
        items.count_documents({}),
        bulk_outcome(lambda: items.insert_many([{"_id": 5000}, {"_id": 0}, {"_id": 5001}])),
        items.count_documents({}),
    ]


def bulk_of_several_messages(context):
    items = context.empty("bulk_large")
    text = "x" * 10_000
    result = items.bulk_write([InsertOne({"_id": n, "text": text}) for n in range(5000)], ordered=False)
    count = items.count_documents({})
    items.drop()
    return [counts(result), count]


CHECKS = {
    "insert and find": insert_and_find,
    "update and replace": update_and_replace,
    "delete": delete,
    "find and modify": find_and_modify,
    "count and distinct": count_and_distinct,
    "collation, hint, comment, let": options,
    "values of every type": values_of_every_type,
    "bulk writes with duplicate keys": bulk_writes,
    "many inserts with duplicate keys": inserts_with_duplicate_keys,
    "bulk write of several messages": bulk_of_several_messages,
}
