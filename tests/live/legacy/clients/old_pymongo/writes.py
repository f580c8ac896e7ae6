"""Writes that are acknowledged, by the methods that applications of that age use."""

from pymongo import ASCENDING, DESCENDING
from pymongo.errors import BulkWriteError

from support import by_id, seen


def insert(context):
    items = context.db.insert
    return [
        seen(lambda: items.insert({"_id": 1})), seen(lambda: items.insert({"_id": 1})),
        seen(lambda: items.insert([{"_id": 2}, {"_id": 1}, {"_id": 3}])),
        seen(lambda: items.insert([{"_id": 4}, {"_id": 1}, {"_id": 5}, {"_id": 2}], continue_on_error=True)),
        seen(lambda: items.save({"_id": 6, "a": 1})), seen(lambda: items.save({"_id": 6, "a": 2})),
        by_id(items),
    ]


def update(context):
    items = context.filled("update", 30)
    inc = {"$inc": {"times": 1}}
    return [
        seen(lambda: items.update({"_id": 1}, {"$set": {"seen": True}})),
        seen(lambda: items.update({"group": 3}, inc, multi=True)),
        seen(lambda: items.update({"group": 77}, inc, multi=True)),
        seen(lambda: items.update({"_id": 2}, {"replaced": True})),
        seen(lambda: items.update({"_id": 70}, inc, upsert=True)),
        seen(lambda: items.update({"_id": {"part": 1}}, inc, upsert=True)),
        seen(lambda: items.update({"_id": 1}, {"$inc": {"seen": 1}})),
        seen(lambda: items.update({"_id": 1}, {"$noSuchOperator": 1})),
        by_id(items),
    ]


def remove(context):
    items = context.filled("remove", 30)
    return [
        seen(lambda: items.remove({"group": 3}, multi=False)), seen(lambda: items.remove({"group": 4})),
        seen(lambda: items.remove({"group": 77})), seen(lambda: items.remove(5)), by_id(items),
    ]


def concerns(context):
    items = context.db.concerns
    options = [
        {}, {"w": 1}, {"w": "majority"}, {"w": "majority", "wtimeout": 10000}, {"j": True}, {"fsync": True},
        {"w": 9, "wtimeout": 100}, {"w": "no such mode"},
    ]
    saw = []
    for n, option in enumerate(options):
        saw.append(seen(lambda: items.insert({"_id": n}, **option)))
        saw.append(seen(lambda: items.insert({"_id": n}, **option)))
        saw.append(seen(lambda: items.update({}, {"$inc": {"times": 1}}, multi=True, **option)))
    return saw + [by_id(items)]


def bulk_outcome(bulk, write_concern):
    try:
        return bulk.execute(write_concern)
    except BulkWriteError as error:
        return error.details


def bulk(context):
    saw = []
    for write_concern in [None, {"w": 0}]:
        for name in ["initialize_ordered_bulk_op", "initialize_unordered_bulk_op"]:
            items = context.filled("bulk_of_" + name, 10)
            operations = getattr(items, name)()
            operations.insert({"_id": 20})
            operations.find({"_id": 1}).update_one({"$set": {"a": 1}})
            operations.find({"group": {"$gt": 6}}).update({"$set": {"b": 1}})
            operations.find({"_id": 30}).upsert().replace_one({"c": 1})
            operations.insert({"_id": 20})
            operations.find({"_id": 2}).remove()
            saw.append(bulk_outcome(operations, write_concern))
            saw.append(by_id(items))
    return saw


def find_and_modify(context):
    items = context.filled("find_and_modify", 10)
    inc = {"$inc": {"times": 1}}
    return [
        seen(lambda: items.find_and_modify({"_id": 1}, inc)),
        seen(lambda: items.find_and_modify({"_id": 1}, inc, new=True)),
        seen(lambda: items.find_and_modify({"_id": 50}, inc, upsert=True, new=True)),
        seen(lambda: items.find_and_modify({"group": {"$gt": 2}}, remove=True, sort={"_id": -1})),
        seen(lambda: items.find_and_modify({"_id": 99}, inc)),
        seen(lambda: items.find_and_modify({"_id": 1}, {"$noSuchOperator": 1})),
    ]


def indexes(context):
    items = context.filled("indexes", 5)
    return [
        seen(lambda: items.ensure_index([("group", ASCENDING), ("text", DESCENDING)])),
        seen(lambda: items.create_index("unique", unique=True, sparse=True, name="by_unique")),
        seen(lambda: items.insert({"_id": 7, "unique": 1})),
        seen(lambda: items.insert({"_id": 8, "unique": 1})), seen(lambda: items.drop_index("by_unique")),
        seen(lambda: items.drop_index("no_such_index")),
    ]


CHECKS = {
    "insert": insert, "update": update, "remove": remove, "write concerns": concerns, "bulk": bulk,
    "find and modify": find_and_modify, "indexes": indexes,
}
