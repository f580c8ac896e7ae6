"""What the checks share."""

from pymongo.errors import PyMongoError

# Others are different each time: connectionId, lastOp, times, hosts.
TOLD = ["n", "err", "code", "codeName", "updatedExisting", "upserted", "ok", "wtimeout", "errmsg", "badGLE", "nPrev",
        "nModified", "writeErrors", "value", "lastErrorObject"]


def told(reply):
    """What a reply says that is the same each time; None as it is."""
    return reply if reply is None else {name: reply[name] for name in TOLD if name in reply}


def seen(operation):
    """The result of a write, or what an application can see of its error."""
    try:
        result = operation()
        return told(result) if isinstance(result, dict) else result
    except PyMongoError as error:
        details = getattr(error, "details", None) or {}
        return {
            "name": type(error).__name__, "code": getattr(error, "code", None), "details": told(details),
            "message": None if details else str(error),
        }


def by_id(collection):
    return list(collection.find().sort("_id", 1))
