"""Errors, failures that the driver retries, administration, concurrency and compression."""

from concurrent.futures import ThreadPoolExecutor

from .support import by_id, error_of

LIMITS = [
    "ok", "minWireVersion", "maxWireVersion", "maxBsonObjectSize", "maxMessageSizeBytes", "maxWriteBatchSize",
    "logicalSessionTimeoutMinutes", "readOnly",
]


def server_errors(context):
    items = context.filled("errors", 5)
    context.db["errors_validated"].drop()
    validated = context.db.create_collection("errors_validated", validator={"age": {"$gte": 0}})
    run = context.db.command
    return {
        "duplicate key": error_of(lambda: items.insert_one({"_id": 1})),
        "no such command": error_of(lambda: run("noSuchCommand")),
        "bad operator": error_of(lambda: list(items.find({"a": {"$noSuchOperator": 1}}))),
        "bad update": error_of(lambda: items.update_one({"_id": 1}, {"$noSuchOperator": {"a": 1}})),
        "bad field": error_of(lambda: run("find", "errors", noSuchField=1)),
        "wrong type": error_of(lambda: run("find", 5)),
        "immutable id": error_of(lambda: items.update_one({"_id": 1}, {"$set": {"_id": 2}})),
        "validation": error_of(lambda: validated.insert_one({"age": -1})),
        "namespace exists": error_of(lambda: run("create", "errors")),
        "namespace not found": error_of(lambda: run("collMod", "no_such_collection")),
        "write concern": error_of(lambda: run("insert", "errors", documents=[{"_id": 77}], writeConcern={"w": 50})),
        "only on admin": error_of(lambda: run("replSetGetStatus")),
    }


def time_limit(context):
    items = context.filled("time_limit", 20)
    error = error_of(lambda: list(items.find({"$where": "sleep(50) || true"}).max_time_ms(60)))
    # The message tells where in the server the time ran out, which differs from run to run.
    return error if error == "none" else {**error, "message": None}


def fail_once(context, collection, **data):
    """Makes the primary fail the named commands of one collection once."""
    data["namespace"] = f"{context.database}.{collection}"
    context.client.admin.command("configureFailPoint", "failCommand", mode={"times": 1}, data=data)


def retried_failures(context):
    writes, steps, reads = context.empty("retried_write"), context.empty("retried_step"), context.filled("retried_read", 3)
    fail_once(context, "retried_write", failCommands=["insert"], closeConnection=True)
    writes.insert_one({"_id": 1})
    fail_once(context, "retried_step", failCommands=["update"], errorCode=10107, errorLabels=["RetryableWriteError"])
    steps.update_one({"_id": 1}, {"$inc": {"n": 1}}, upsert=True)
    fail_once(context, "retried_read", failCommands=["find"], closeConnection=True)
    found = by_id(reads)
    fail_once(context, "retried_read", failCommands=["find"], errorCode=8000)
    return [by_id(writes), by_id(steps), found, error_of(lambda: by_id(reads)), reads.count_documents({})]


def pick(document, *names):
    return {name: document.get(name) for name in names}


def hello(context):
    run, admin = context.db.command, context.client.admin.command
    return [
        pick(run("hello"), "isWritablePrimary", *LIMITS), pick(admin("isMaster"), "ismaster", *LIMITS),
        pick(run("buildInfo"), "ok", "version", "gitVersion", "maxBsonObjectSize"),
        run("ping")["ok"], run("connectionStatus")["authInfo"], context.client.server_info()["version"],
    ]


def indexes(context):
    items = context.filled("indexes", 20)
    names = [
        items.create_index([("group", 1), ("text", -1)]), items.create_index([("text", "text")], name="words"),
        items.create_index("at", expireAfterSeconds=3600, sparse=True),
    ]
    listed = [[item["name"], item["key"], item.get("expireAfterSeconds")] for item in items.list_indexes()]
    items.drop_index("words")
    return [
        names, listed, sorted(items.index_information()), error_of(lambda: items.create_index("group", unique=True)),
        error_of(lambda: items.drop_index("no_such_index")),
    ]


def collections(context):
    db = context.db
    for name in ("listed", "listed_new", "listed_view"):
        db[name].drop()
    context.filled("listed", 3)
    db.command("create", "listed_view", viewOn="listed", pipeline=[{"$match": {"_id": 1}}])
    names = lambda: sorted(name for name in db.list_collection_names() if name.startswith("listed"))
    before, view = names(), list(db["listed_view"].find({}))
    db["listed"].rename("listed_new")
    databases = context.client.list_database_names()
    valid = db.validate_collection("listed_new")["valid"]
    return [before, view, names(), context.database in databases, "admin" in databases, valid]


def replies(context):
    context.filled("replies", 3)
    run = context.db.command
    shapes = [run("find", "replies"), run("insert", "replies", documents=[{"a": 1}]), run("dbStats")]
    return [sorted(reply) for reply in shapes] + [run("collStats", "replies")["count"]]


def parallel(context):
    items = context.filled("parallel_reads", 1000)
    counters = context.empty("parallel_writes")

    def reader(number):
        ids = [(number * 20 + i) % 1000 for i in range(20)]
        found = [items.find_one({"_id": item}) for item in ids]
        return sum(document["_id"] == item and document["text"] == f"document {item}" for document, item in zip(found, ids))

    def writer(number):
        for _ in range(3):
            counters.update_one({"_id": number}, {"$inc": {"times": 1}}, upsert=True)
        return counters.find_one({"_id": number})["times"]

    with ThreadPoolExecutor(50) as pool:
        return [list(pool.map(reader, range(50))), list(pool.map(writer, range(50)))]


def compression(context):
    items = context.empty("compressed")
    text = "compressible " * 50_000
    items.insert_many([{"_id": n, "text": text} for n in range(20)])
    found = list(items.find({}, batch_size=3))
    return [agreed_compressor(context.client), all(item["text"] == text for item in found), len(found)]


def agreed_compressor(client):
    """The compressor that the pooled connections use; the driver has no public way to ask."""
    servers = client._topology._servers.values()
    contexts = [connection.compression_context for server in servers for connection in server.pool.conns] \
        if all(hasattr(server.pool, "conns") for server in servers) \
        else [connection.compression_context for server in servers for connection in server.pool.sockets]
    return sorted({type(context).__name__ for context in contexts if context})


CHECKS = {
    "errors of a server": server_errors,
    "time limit": time_limit,
    "failures that are retried": retried_failures,
    "hello, buildInfo, ping": hello,
    "indexes": indexes,
    "collections and databases": collections,
    "replies pass unchanged": replies,
    "fifty parallel readers and writers": parallel,
    "compression": compression,
}
