"""Queries, cursors, commands and files."""

import gridfs
from bson.son import SON
from pymongo import ASCENDING, DESCENDING

from support import seen, told


def find(context):
    items = context.filled("find", 40)
    items.create_index([("group", ASCENDING)], name="by_group")
    return [
        list(items.find({"group": 4})), list(items.find({}).sort("_id", DESCENDING).limit(3)),
        list(items.find({}, {"_id": 1}).sort([("group", 1), ("_id", -1)]).skip(5).limit(5)),
        list(items.find({"group": 4}).hint([("group", ASCENDING)])), items.find_one({"_id": 3}),
        items.find_one({"_id": 99}), seen(lambda: list(items.find({"group": 4}).hint([("no", 1)])))["code"],
        seen(lambda: list(items.find({"$noSuchOperator": 1})))["code"],
        "queryPlanner" in items.find({"_id": 1}).explain(), list(items.find().max_time_ms(5000).limit(-2)),
        list(items.find({"group": 4}).min([("group", 4)]).max([("group", 5)]).hint("by_group")),
    ]


def cursors(context):
    items = context.filled("cursors", 300)
    left = items.find().batch_size(10)
    next(left)
    left.close()
    return [
        len(list(items.find().batch_size(50))), sum(one["_id"] for one in items.find().sort("_id", 1).batch_size(50)),
        len(list(items.find().batch_size(50).limit(120))), len(list(items.find().skip(250).batch_size(20))),
        len([pair for pair in zip(items.find().batch_size(7), items.find().batch_size(11))]),
        [items.find()[n]["_id"] for n in (3, 200)], items.find().skip(3).limit(10).count(True),
    ]


def tailable(context):
    context.db.create_collection("capped", capped=True, size=65536)
    items = context.db.capped
    items.insert([{"_id": 0}, {"_id": 1}])
    try:
        from pymongo import CursorType
        cursor = items.find(cursor_type=CursorType.TAILABLE_AWAIT)
    except ImportError:
        cursor = items.find(tailable=True, await_data=True)
    saw = [next(cursor)["_id"], next(cursor)["_id"]]
    items.insert({"_id": 2})
    saw.extend([next(cursor)["_id"], cursor.alive])
    cursor.close()
    return saw


SUMS = [{"$group": {"_id": "$group", "sum": {"$sum": "$_id"}}}, {"$sort": {"_id": 1}}]


def commands(context):
    db, items = context.db, context.filled("commands", 50)
    db.other.insert({"_id": 1})
    return [
        items.find({"group": 4}).count(), sorted(items.distinct("group")), db.command("count", "commands")["n"],
        seen(lambda: list(items.aggregate(SUMS, cursor={}))),
        seen(lambda: db.command("noSuchCommand")), told(db.command(SON([("ping", 1)]))),
        items.inline_map_reduce("function() { emit(this.group, 1) }", "function(k, v) { return Array.sum(v) }") != [],
        seen(lambda: items.rename("renamed")) is None, db.renamed.count(), seen(lambda: db.drop_collection("renamed")),
    ]


def names(context):
    """Are they told? PyMongo looks into system.namespaces and system.indexes where the server says that it is old."""
    context.filled("names", 1).ensure_index([("group", ASCENDING)])
    return [
        context.db.name in context.client.database_names(), "names" in context.db.collection_names(),
        sorted(context.db.names.index_information()) == ["_id_", "group_1"],
    ]


def files(context):
    fs = gridfs.GridFS(context.db)
    content = bytes(n % 251 for n in range(600000))
    file = fs.put(content, filename="letter", chunk_size=1000)
    found = fs.get(file)
    saw = [found.read() == content, found.length, found.name, fs.exists(file), fs.list()]
    fs.delete(file)
    return saw + [fs.exists(file), context.db.fs.chunks.count()]


CHECKS = {
    "find": find, "cursors": cursors, "tailable": tailable, "commands": commands, "names": names, "files": files,
}
