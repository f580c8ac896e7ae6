"""An unmodified PyMongo in replica-set mode that does what each line of its standard input says, and prints the outcome
as a line of JSON.

    python python_member_client.py mongodb://127.0.0.1:6000/?replicaSet=rs
"""

import json
import sys
import time
import warnings

import pymongo
from pymongo.read_preferences import ReadPreference

warnings.simplefilter("ignore")
client = pymongo.MongoClient(sys.argv[1])
writes = client["mirror"]["writes"]


def written(address):
    return None if address is None else "%s:%d" % address


def state(_=None):
    return {"primary": written(client.primary), "secondaries": sorted(map(written, client.secondaries))}


def other_primary(former):
    deadline = time.time() + 60
    while client.primary is None or written(client.primary) == former:
        if time.time() > deadline:
            raise TimeoutError("The primary is still %s" % former)
        time.sleep(0.02)
    return written(client.primary)


def secondaries(count):
    deadline = time.time() + 60
    while len(client.secondaries) != int(count):
        if time.time() > deadline:
            raise TimeoutError("The secondaries are still %s" % client.secondaries)
        time.sleep(0.02)
    return state()["secondaries"]


def write(name):
    writes.insert_one({"_id": name})
    return writes.find_one({"_id": name})


def reads_at(mode):
    preferred = writes.with_options(
        read_preference=ReadPreference.SECONDARY if mode == "secondary" else ReadPreference.PRIMARY)
    found = set()
    for _ in range(20):
        cursor = preferred.find({}).limit(1)
        list(cursor)
        found.add(written(cursor.address))
    return sorted(found)


def nodes(_=None):
    return sorted(map(written, client.nodes))


commands = {"state": state, "otherPrimary": other_primary, "secondaries": secondaries, "write": write,
            "readsAt": reads_at, "addresses": nodes}
client.admin.command("ping")
print(json.dumps("connected"), flush=True)
for line in sys.stdin:
    command, _, argument = line.strip().partition(" ")
    try:
        print(json.dumps(commands[command](argument)), flush=True)
    except Exception as error:  # whatever it is, the test is to see it
        print(json.dumps({"error": repr(error)}), flush=True)
client.close()
