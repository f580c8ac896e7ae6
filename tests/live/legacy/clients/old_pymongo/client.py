"""Drives one MongoDB endpoint with an unmodified old PyMongo and prints what it saw as one JSON document.

    python client.py mongodb://127.0.0.1:27017/
"""

import argparse
import json
import sys
import time
import warnings

import old_names  # noqa: F401
import pymongo

import last_errors
import reads
import writes

warnings.simplefilter("ignore")


class Context:
    """What every check is given."""

    def __init__(self, address, database):
        self.address = address
        self.client = pymongo.MongoClient(address)
        self.db = self.client[database]

    def own_client(self, **options):
        return pymongo.MongoClient(self.address, **options)

    def filled(self, name, count):
        """A collection with `count` documents {_id: n, group: n % 10, text: "document n"}."""
        collection = self.db[name]
        collection.remove({})
        collection.insert([{"_id": n, "group": n % 10, "text": "document %d" % n} for n in range(count)])
        return collection


def outcome_of(check, context):
    try:
        return {"result": check(context)}
    except Exception as error:  # Whatever a check throws is its outcome.
        return {"failure": "%s: %s" % (type(error).__name__, error)}


def run_checks(checks, context):
    outcomes = {}
    for name, check in checks.items():
        start = time.time()
        outcomes[name] = outcome_of(check, context)
        print(name, "%.3f s" % (time.time() - start), outcomes[name].get("failure", ""), file=sys.stderr)
    return outcomes


def as_json(value):
    if isinstance(value, bytes):
        return "%d bytes" % len(value)
    return type(value).__name__


def without_new_options(uri):
    """A URI that names no replica set leads to one server; what else stands there was not known at that time."""
    return uri if "replicaSet=" in uri else uri.split("?")[0]


parser = argparse.ArgumentParser()
parser.add_argument("uri")
parser.add_argument("--database", default="torana_old_pymongo")
options = parser.parse_args()

context = Context(without_new_options(options.uri), options.database)
context.client.drop_database(options.database)
outcomes = run_checks(dict(writes.CHECKS, **dict(last_errors.CHECKS, **reads.CHECKS)), context)
context.client.drop_database(options.database)
context.client.close()
print(json.dumps({"client": "PyMongo %s" % pymongo.version, "checks": outcomes}, indent=1, default=as_json))
