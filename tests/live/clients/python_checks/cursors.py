"""Cursors, aggregation, change streams, and large values."""

import hashlib
from threading import Thread

from bson import Binary
from gridfs import GridFS
from gridfs.errors import NoFile
from pymongo import CursorType

from .support import by_id, error_of

SUM_BY_GROUP = [{"$group": {"_id": "$group", "sum": {"$sum": "$_id"}}}, {"$sort": {"_id": 1}}]


def interleave(cursors):
    """Takes one document from each cursor in turn until all are exhausted; the ids that each gave."""
    ids = [[] for _ in cursors]
    still_open = list(range(len(cursors)))
    while still_open:
        for position in list(still_open):
            document = next(cursors[position], None)
            if document is None:
                still_open.remove(position)
            else:
                ids[position].append(document["_id"])
    return ids


def ten_thousand(context):
    items = context.filled("cursor_10000", 10_000)
    documents = list(items.find({}, batch_size=100).sort("_id", 1))
    return [len(documents), all(item["_id"] == n and item["text"] == f"document {n}" for n, item in enumerate(documents))]


def two_at_once(context):
    items = context.filled("cursors_2", 300)
    queries = [{"group": {"$lt": 5}}, {"group": {"$gte": 5}}]
    return interleave([items.find(query, batch_size=7).sort("_id", 1) for query in queries])


def twenty_at_once(context):
    items = context.filled("cursors_20", 1000)
    ranges = [{"_id": {"$gte": n * 50, "$lt": n * 50 + 50}} for n in range(20)]
    return interleave([items.find(query, batch_size=5).sort("_id", 1) for query in ranges])


def closed_early(context):
    items = context.filled("cursor_closed", 100)
    with items.find({}, batch_size=5).sort("_id", 1) as cursor:
        first = [next(cursor), next(cursor)]
    return [first, items.count_documents({})]


def killed(context):
    context.filled("cursor_killed", 100)
    with context.client.start_session() as session:
        run = lambda *command, **options: context.db.command(*command, session=session, **options)
        cursor_id = run("find", "cursor_killed", batchSize=10)["cursor"]["id"]
        more = len(run("getMore", cursor_id, collection="cursor_killed", batchSize=20)["cursor"]["nextBatch"])
        first = run("killCursors", "cursor_killed", cursors=[cursor_id])
        gone = error_of(lambda: run("getMore", cursor_id, collection="cursor_killed"))
        second = run("killCursors", "cursor_killed", cursors=[cursor_id])
    names = ["cursorsKilled", "cursorsNotFound", "cursorsAlive", "ok"]
    return [more, [first[name] for name in names], gone, [second[name] for name in names]]


def tailable(context):
    context.db["tailable"].drop()
    items = context.db.create_collection("tailable", capped=True, size=100_000)
    items.insert_many([{"_id": 1}, {"_id": 2}, {"_id": 3}])
    cursor = items.find({}, cursor_type=CursorType.TAILABLE_AWAIT, batch_size=2).max_await_time_ms(200)
    seen = [next(cursor), next(cursor), next(cursor)]
    items.insert_one({"_id": 4})
    seen.append(next(cursor))
    cursor.close()
    return seen


def aggregation(context):
    items = context.filled("aggregation", 500)
    target = context.empty("merge_target")
    target.insert_many([{"_id": 3, "kept": True}, {"_id": 77, "kept": True}])
    facets = {"low": [{"$match": {"_id": {"$lt": 3}}}], "count": [{"$count": "n"}]}
    return [
        list(items.aggregate(SUM_BY_GROUP, batchSize=3, allowDiskUse=True)),
        list(items.aggregate([{"$facet": facets}])),
        error_of(lambda: items.aggregate([{"$noSuchStage": {}}])),
        list(items.aggregate([*SUM_BY_GROUP, {"$out": "out_target"}])), by_id(context.db["out_target"]),
        list(items.aggregate([*SUM_BY_GROUP, {"$merge": {"into": "merge_target"}}])), by_id(target),
    ]


def explain(context):
    items = context.filled("explain", 100)
    items.create_index("group")
    explanations = [items.find({"group": 3}).explain(), items.find({"text": "none"}).explain()]
    stats = ["nReturned", "totalDocsExamined", "totalKeysExamined"]
    return [[item["executionStats"][name] for name in stats] for item in explanations]


def take(stream, count):
    return [next(stream) for _ in range(count)]


def summary(change):
    update = change.get("updateDescription", {})
    return [change["operationType"], change["documentKey"], update.get("updatedFields"), update.get("removedFields")]


def first_write(context, name):
    """The server's time of a first write: a change stream that starts there misses nothing after it."""
    context.empty(name)
    return context.db.command("insert", name, documents=[{"_id": "start"}])["operationTime"]


def change_stream(context):
    start = first_write(context, "changes")
    items = context.db["changes"]
    changes = []
    with items.watch(start_at_operation_time=start, max_await_time_ms=200) as stream:
        reader = Thread(target=lambda: changes.extend(take(stream, 6)), daemon=True)
        reader.start()
        items.insert_one({"_id": 1, "a": 1})
        items.update_one({"_id": 1}, {"$set": {"b": 2}, "$unset": {"a": 1}})
        items.replace_one({"_id": 1}, {"c": 3})
        items.insert_many([{"_id": 2}])
        items.delete_one({"_id": 1})
        reader.join(15)
    with items.watch(resume_after=changes[1]["_id"], max_await_time_ms=200, batch_size=2) as stream:
        rest = take(stream, 4)
    return [[summary(change) for change in changes], [summary(change) for change in rest]]


def wide_change_streams(context):
    start = first_write(context, "wide")
    pipeline = [{"$match": {"ns.coll": "wide", "fullDocument.mark": 1}}]
    with context.db.watch(pipeline, start_at_operation_time=start, max_await_time_ms=200) as database:
        with context.client.watch(pipeline, start_at_operation_time=start, max_await_time_ms=200) as cluster:
            empty = [database.try_next(), cluster.try_next()]
            context.db["wide"].insert_many([{"_id": 1, "mark": 1}, {"_id": 2}, {"_id": 3, "mark": 1}])
            return [empty, [[summary(change) for change in take(stream, 2)] for stream in (database, cluster)]]


def noise(length):
    """Bytes that are the same in every run and do not compress to nothing."""
    block = b"".join(hashlib.sha256(str(n).encode()).digest() for n in range(4096))
    return (block * (length // len(block) + 1))[:length]


def gridfs(context):
    for name in ("fs.files", "fs.chunks"):
        context.db[name].drop()
    files = GridFS(context.db)
    data = noise(5_000_000)
    files.put(data, _id="noise", filename="noise.bin", kind="noise")
    read = files.get("noise").read()
    with files.get("noise") as file:
        file.seek(1_000_000)
        part = file.read(300_000)
    try:
        files.get("missing")
        missing = "found"
    except NoFile:
        missing = "NoFile"
    return [read == data, part == data[1_000_000:1_300_000], files.list(), missing]


def large_document(context):
    items = context.empty("large")
    # A document of exactly maxBsonObjectSize: 4 for its length, 9 for _id, 12 before the bytes, 1 at the end.
    data = noise(16 * 1024 * 1024 - 26)
    items.insert_one({"_id": 1, "bytes": Binary(data)})
    same = items.find_one({"_id": 1})["bytes"] == data
    size = list(items.aggregate([{"$project": {"size": {"$bsonSize": "$$ROOT"}}}]))
    too_large = error_of(lambda: items.insert_one({"_id": 2, "bytes": Binary(data + b"x")}))
    count = items.count_documents({})
    items.drop()
    return [same, size, too_large, count]


CHECKS = {
    "cursor over 10,000 documents": ten_thousand,
    "two cursors at once": two_at_once,
    "twenty cursors at once": twenty_at_once,
    "cursor closed early": closed_early,
    "killed cursor is not found": killed,
    "tailable cursor": tailable,
    "aggregation, $out and $merge": aggregation,
    "explain": explain,
    "change stream and its token": change_stream,
    "change streams of a database and of a cluster": wide_change_streams,
    "GridFS": gridfs,
    "document of 16 MB": large_document,
}
