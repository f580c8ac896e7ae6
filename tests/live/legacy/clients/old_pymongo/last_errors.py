"""Writes that are not acknowledged, and what the connection tells of them afterwards."""

import threading

from pymongo import MongoClient

from support import seen, told


def one_connection(context):
    """A client whose operations all travel on one connection: PyMongo 2 reserves it, PyMongo 3 has no other."""
    if not hasattr(MongoClient, "start_request"):
        return context.own_client(maxPoolSize=1)
    client = context.own_client()
    client.start_request()
    return client


def errors_of_writes(context):
    client = one_connection(context)
    db = client[context.db.name]
    items = db.unacknowledged
    writes = [
        lambda: items.insert({"_id": 1}, w=0),
        lambda: items.insert({"_id": 1}, w=0),
        lambda: items.insert([{"_id": 2}, {"_id": 1}, {"_id": 3}], w=0),
        lambda: items.insert([{"_id": 2}, {"_id": 4}, {"_id": 1}, {"_id": 5}], w=0, continue_on_error=True),
        lambda: items.update({"_id": 1}, {"$set": {"a": 1}}, w=0),
        lambda: items.update({}, {"$inc": {"b": 1}}, multi=True, w=0),
        lambda: items.update({"_id": 1}, {"$noSuchOperator": 1}, w=0),
        lambda: items.update({"_id": "new"}, {"$set": {"a": 1}}, upsert=True, w=0),
        lambda: items.remove({"_id": 1}, w=0),
        lambda: items.remove({"_id": 77}, w=0),
        lambda: items.remove({}, w=0),
    ]
    saw = []
    for write in writes:
        saw.append([seen(write), told(db.last_status()), told(db.error())])
    client.close()
    return saw


def error_again(context):
    client = one_connection(context)
    db = client[context.db.name]
    for _ in range(2):
        db.again.insert({"_id": 1}, w=0)
    saw = [told(db.error()), told(db.error()), told(client.elsewhere.error()), db.again.find_one(), told(db.error())]
    db.again.insert({"_id": 1}, w=0)
    saw.extend([db.command("ping")["ok"], told(db.error())])
    client.close()
    return saw


def with_concerns(context):
    client = one_connection(context)
    db = client[context.db.name]
    concerns = [{"w": 1}, {"w": "majority", "wtimeout": 10000}, {"j": True}, {"w": 9, "wtimeout": 100}, {"w": "none"}]
    saw = []
    for n, concern in enumerate(concerns):
        for _ in range(2):
            db.concern.insert({"_id": n}, w=0)
            saw.append(seen(lambda: db.command("getlasterror", 1, check=False, **concern)))
    client.close()
    return saw


def many_threads(context):
    """Each thread, with a connection of its own, is told of its own writes."""
    wrong = []

    def run(number):
        client = one_connection(context)
        db = client[context.db.name]
        for turn in range(20):
            _id = "thread %d, %d" % (number, turn // 2)
            db.threads.insert({"_id": _id}, w=0)
            error = db.error()
            if (error is not None and error.get("code") == 11000 and _id in error["err"]) != (turn % 2 == 1):
                wrong.append([_id, turn, told(error)])
        client.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return wrong


CHECKS = {
    "unacknowledged writes and their errors": errors_of_writes, "errors asked for again": error_again,
    "getlasterror with write concerns": with_concerns, "unacknowledged writes of many threads": many_threads,
}
