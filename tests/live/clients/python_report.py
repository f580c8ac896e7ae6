"""What a client program prints; the twin of client_report.ts, so that both kinds of program are compared alike."""

import json
import re
import sys
import threading
import time
from datetime import datetime

from bson import Binary, Decimal128, Int64, ObjectId, Regex, Timestamp

RUN_VALUES = [
    (re.compile(r"(txnNumber:?|Transaction) \d+"), r"\1 <number>"),
    (re.compile(r"\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b", re.I), "<uuid>"),
    (re.compile(r"\b[0-9a-f]{24}\b", re.I), "<id>"),
    (re.compile(r"Timestamp\(\d+, \d+\)"), "<timestamp>"),
    (re.compile(r"\b(localhost|127\.0\.0\.1):\d+"), "<address>"),
    (re.compile(r"-?\b\d{10,}\b"), "<number>"),
]


def run_checks(checks, context, only, time_limit_s):
    """Runs the checks one after the other, each with a time limit; the outcomes by name."""
    outcomes = {}
    for name, check in checks.items():
        if only and name not in only:
            continue
        start = time.monotonic()
        outcomes[name] = outcome_of(check, context, time_limit_s)
        word = "FAILED" if "failure" in outcomes[name] else "ok"
        print(f"{word} {name} ({(time.monotonic() - start) * 1000:.0f} ms)", file=sys.stderr)
    return outcomes


def outcome_of(check, context, time_limit_s):
    outcome = {"failure": f"No end within {time_limit_s} s"}

    def run():
        try:
            outcome["result"] = canonical(check(context))
            del outcome["failure"]
        except Exception as error:  # Whatever a check throws is its outcome.
            outcome["failure"] = f"{type(error).__name__}: {error}"

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(time_limit_s)
    return dict(outcome)


def canonical(value):
    """A value as plain JSON: BSON types named, generated ids and clock values replaced by their type."""
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, str):
        return without_run_values(value)
    if isinstance(value, (int, Int64)):
        return "<number>" if abs(value) >= 10**9 else int(value)
    if isinstance(value, (bytes, Binary)):
        return f"{len(value)} bytes"
    if isinstance(value, (ObjectId, Timestamp, datetime, Regex)):
        return type(value).__name__
    if isinstance(value, Decimal128):
        return f"Decimal128 {value}"
    if isinstance(value, dict):
        return {str(key): canonical(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set)):
        return [canonical(item) for item in value]
    return value


def without_run_values(text):
    for pattern, replacement in RUN_VALUES:
        text = pattern.sub(replacement, text)
    return text


def format_report(report):
    return json.dumps(report, indent=1, sort_keys=True)
