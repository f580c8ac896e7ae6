"""What the checks share."""

from contextlib import contextmanager

from pymongo import MongoClient
from pymongo.errors import PyMongoError

LABELS = [
    "NoWritesPerformed",
    "NonResumableChangeStreamError",
    "ResumableChangeStreamError",
    "RetryableError",
    "RetryableWriteError",
    "SystemOverloadedError",
    "TransientTransactionError",
    "UnknownTransactionCommitResult",
]


class Context:
    """What every check is given."""

    def __init__(self, uri, database):
        self.uri = uri
        self.client = MongoClient(uri, maxPoolSize=50)
        self.database = database
        self.db = self.client[database]

    @contextmanager
    def own_client(self, **options):
        client = MongoClient(self.uri, **options)
        try:
            yield client
        finally:
            client.close()

    def empty(self, name):
        """An empty collection of that name."""
        self.db[name].delete_many({})
        return self.db[name]

    def filled(self, name, count):
        """A collection with `count` documents {_id: n, group: n % 10, text: "document n"}."""
        collection = self.empty(name)
        collection.insert_many([{"_id": n, "group": n % 10, "text": f"document {n}"} for n in range(count)])
        return collection


def error_of(operation):
    """What an application can see of an error; "none" where there was none."""
    try:
        operation()
        return "none"
    except PyMongoError as error:
        details = getattr(error, "details", None) or {}
        return {
            "name": type(error).__name__,
            # The driver appends the whole reply, with its times, to the message.
            "message": details.get("errmsg"),
            "code": getattr(error, "code", None),
            "codeName": details.get("codeName"),
            "labels": [label for label in LABELS if error.has_error_label(label)],
        }


def counts(result):
    """The counts of a write's result."""
    names = ["inserted_count", "matched_count", "modified_count", "deleted_count", "upserted_id", "upserted_count"]
    return {name: getattr(result, name) for name in names if hasattr(result, name)}


def by_id(collection, query=None):
    return list(collection.find(query or {}).sort("_id", 1))
