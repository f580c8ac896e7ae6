"""Sessions, transactions, read preferences, write concerns."""

from bson import Int64
from pymongo import ReadPreference, WriteConcern
from pymongo.errors import PyMongoError
from pymongo.monitoring import CommandListener
from pymongo.read_concern import ReadConcern
from pymongo.read_preferences import Secondary

from .support import by_id, error_of

OPTIONS = {"read_concern": ReadConcern("snapshot"), "write_concern": WriteConcern("majority")}


def commit(context):
    items = context.filled("commit", 5)
    with context.client.start_session() as session:
        session.start_transaction(**OPTIONS)
        items.insert_one({"_id": 100}, session=session)
        items.update_one({"_id": 1}, {"$set": {"seen": True}}, session=session)
        items.delete_one({"_id": 2}, session=session)
        inside = list(items.find({}, session=session, batch_size=2).sort("_id", 1))
        outside = by_id(items)
        session.commit_transaction()
        # A driver sends it again when the first answer was lost; the server answers the same.
        session.commit_transaction()
    return [inside, outside, by_id(items)]


def abort(context):
    items = context.filled("abort", 5)
    with context.client.start_session() as session:
        with_error = None
        try:
            with session.start_transaction(**OPTIONS):
                items.insert_many([{"_id": 100}, {"_id": 101}], session=session)
                inside = items.count_documents({}, session=session)
                raise ValueError("the application changed its mind")
        except ValueError as error:
            with_error = str(error)
    return [inside, with_error, items.count_documents({}), items.find_one({"_id": 100})]


def conflict(context):
    items = context.filled("conflict", 5)
    with context.client.start_session() as first, context.client.start_session() as second:
        first.start_transaction(**OPTIONS)
        second.start_transaction(**OPTIONS)
        items.update_one({"_id": 1}, {"$set": {"by": "first"}}, session=first)
        conflicting = error_of(lambda: items.update_one({"_id": 1}, {"$set": {"by": "second"}}, session=second))
        after = error_of(lambda: items.find_one({"_id": 2}, session=second))
        second.abort_transaction()
        first.commit_transaction()
    return [conflicting, after, items.find_one({"_id": 1})]


def failing(context):
    items = context.filled("failing", 5)
    with context.client.start_session() as session:
        session.start_transaction(**OPTIONS)
        items.insert_one({"_id": 100}, session=session)
        duplicate = error_of(lambda: items.insert_one({"_id": 1}, session=session))
        following = error_of(lambda: items.insert_one({"_id": 101}, session=session))
        committed = error_of(session.commit_transaction)
    return [duplicate, following, committed, items.count_documents({})]


def with_transaction(context):
    items = context.filled("with_transaction", 5)

    def move(session):
        items.update_one({"_id": 1}, {"$inc": {"balance": -10}}, session=session)
        items.update_one({"_id": 2}, {"$inc": {"balance": 10}}, session=session)
        return items.count_documents({"balance": {"$exists": True}}, session=session)

    with context.client.start_session() as session:
        returned = [session.with_transaction(move, **OPTIONS) for _ in range(3)]
    return [returned, by_id(items)]


def many_transactions(context):
    items = context.filled("many_transactions", 12)
    sessions = [context.client.start_session() for _ in range(12)]
    for session in sessions:
        session.start_transaction(**OPTIONS)
    for base in (1000, 2000):
        for n, session in enumerate(sessions):
            items.insert_one({"_id": base + n}, session=session)
    inside = [items.count_documents({}, session=session) for session in sessions]
    outside = items.count_documents({})
    for n, session in enumerate(sessions):
        session.abort_transaction() if n % 3 == 0 else session.commit_transaction()
        session.end_session()
    return [inside, outside, by_id(items, {"_id": {"$gte": 1000}})]


def members(context):
    """State and tags of each member by its port, as the primary tells."""
    admin = context.client.admin
    config = admin.command("replSetGetConfig")["config"]["members"]
    tags = {member["host"]: member.get("tags") for member in config}
    status = admin.command("replSetGetStatus")["members"]
    return {item["name"].split(":")[-1]: [item["stateStr"], tags[item["name"]]] for item in status}


def read_preferences(context):
    context.empty("preferences").with_options(write_concern=WriteConcern(3, wtimeout=10_000)).insert_one({"_id": 1})
    known = members(context)

    def answering(preference):
        items = context.db["preferences"].with_options(read_preference=preference)
        hosts = [next(items.aggregate([{"$collStats": {"count": {}}}]))["host"] for _ in range(10)]
        return [known[host.split(":")[-1]] for host in hosts]

    states = lambda preference: sorted({state for state, _ in answering(preference)})
    nearest = context.db["preferences"].with_options(read_preference=ReadPreference.NEAREST)
    return [
        states(ReadPreference.PRIMARY), states(ReadPreference.SECONDARY), states(ReadPreference.PRIMARY_PREFERRED),
        states(ReadPreference.SECONDARY_PREFERRED), list(nearest.find({})),
        answering(Secondary(tag_sets=[{"region": "nowhere"}, {"region": "west"}])),
        answering(Secondary(tag_sets=[{"region": "east"}], max_staleness=120)),
    ]


def causal_reads(context):
    items = context.empty("causal").with_options(write_concern=WriteConcern("majority"))
    secondary = items.with_options(read_preference=ReadPreference.SECONDARY)
    seen = []
    with context.client.start_session(causal_consistency=True) as session:
        for n in range(15):
            items.insert_one({"_id": n}, session=session)
            seen.append(secondary.find_one({"_id": n}, session=session))
    return seen


def unacknowledged(context):
    context.empty("unacknowledged")
    with context.own_client(maxPoolSize=1) as client:
        items = client[context.database]["unacknowledged"]
        fast = items.with_options(write_concern=WriteConcern(0))
        seen = []
        for n in range(20):
            fast.insert_one({"_id": n})
            fast.update_one({"_id": n}, {"$set": {"changed": n}})
            # One connection: what it sent before is done before.
            seen.append(items.find_one({"_id": n}))
        fast.insert_one({"_id": 0})
        fast.delete_many({"_id": {"$lt": 5}})
        return [seen, items.count_documents({})]


class Sent(CommandListener):
    """Keeps which of the sent commands carry a session and a transaction number."""

    def __init__(self):
        self.commands = []

    def started(self, event):
        self.commands.append([event.command_name, "lsid" in event.command, "txnNumber" in event.command])

    def succeeded(self, event):
        pass

    def failed(self, event):
        pass


def retryable_writes(context):
    context.empty("retryable")
    sent = Sent()
    with context.own_client(event_listeners=[sent]) as client:
        items = client[context.database]["retryable"]
        items.insert_one({"_id": 1})
        items.update_one({"_id": 1}, {"$set": {"a": 1}})
        return [sent.commands[-2:], items.find_one({"_id": 1})]


def statement_again(context):
    context.empty("statement")
    # A client of its own: the number would be in the way of the shared client's pooled sessions.
    with context.own_client() as client, client.start_session() as session:
        def insert(number):
            return client[context.database].command(
                "insert", "statement", documents=[{"_id": 1}], txnNumber=Int64(number), session=session)

        return [insert(10)["n"], insert(10)["n"], error_of(lambda: insert(5))]


def session_end(context):
    items = context.filled("session_end", 3)
    with context.client.start_session() as session:
        items.find_one({}, session=session)
        session_id = session.session_id
    return [context.client.admin.command("endSessions", [session_id])["ok"], items.count_documents({})]


def snapshot(context):
    items = context.filled("snapshot", 3)
    try:
        with context.client.start_session(snapshot=True) as session:
            before = items.count_documents({}, session=session)
            items.insert_one({"_id": 100})
            return [before, items.count_documents({}, session=session), items.count_documents({})]
    except PyMongoError:
        # Servers before 5.0 have no snapshot reads outside transactions.
        return "no snapshot reads"


CHECKS = {
    "transaction commit": commit,
    "transaction abort": abort,
    "write conflict": conflict,
    "error inside a transaction": failing,
    "with_transaction": with_transaction,
    "twelve open transactions at once": many_transactions,
    "read preferences": read_preferences,
    "causal reads from a secondary": causal_reads,
    "unacknowledged writes": unacknowledged,
    "retryable writes carry a transaction number": retryable_writes,
    "a statement sent again is not done again": statement_again,
    "sessions end": session_end,
    "snapshot session": snapshot,
}
