"""Drives one MongoDB endpoint with an unmodified PyMongo and prints what it saw as one JSON document.

    python python_client.py mongodb://127.0.0.1:27017/ --compressor=zstd
"""

import argparse
import os
import sys
import warnings

import pymongo

from python_checks import admin, cursors, data, sessions
from python_checks.support import Context
from python_report import format_report, run_checks

warnings.simplefilter("ignore")


def with_compressor(uri, compressor):
    if compressor == "none":
        return uri
    return uri + ("&" if "?" in uri else "?" if uri.endswith("/") else "/?") + f"compressors={compressor}"


parser = argparse.ArgumentParser()
parser.add_argument("uri")
parser.add_argument("--compressor", default="none")
parser.add_argument("--database", default="torana_python")
parser.add_argument("--only", action="append", default=[])
options = parser.parse_args()

context = Context(with_compressor(options.uri, options.compressor), options.database)
context.client.drop_database(options.database)
outcomes = run_checks({**data.CHECKS, **cursors.CHECKS, **sessions.CHECKS, **admin.CHECKS}, context, options.only, 20)
context.client.drop_database(options.database)
context.client.close()
print(format_report({"client": f"pymongo {pymongo.version}", "checks": outcomes}))
sys.stdout.flush()
# A check that was given up may have left a thread.
os._exit(0)
