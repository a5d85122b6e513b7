"""One of many processes on a store, for the tests: submits, takes places, claims."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from storage_kit import new

from ppml_core.storage.records import Owner
from ppml_core.storage.sql import SqlStore

RUNS, PLACES = 24, 5


def main() -> None:
    """Home and address as arguments; what this process was given, as JSON."""
    store = SqlStore(Path(sys.argv[1]), sys.argv[2] or None)
    me = Owner(token=str(os.getpid()), pid=os.getpid(), born="boot:1", host="here")
    print("ready", flush=True)
    sys.stdin.readline()
    queued = [name for name in map(str, range(RUNS)) if store.runs.submit(new(name), me.token)]
    places = store.workers.reserve(PLACES)
    claimed = []
    while run := store.runs.claim(me):
        claimed.append(run.run_id)
        store.runs.beat(run.run_id, run.attempt, b"{}")
    store.close()
    print(json.dumps({"queued": queued, "places": places, "claimed": claimed}))


if __name__ == "__main__":
    main()
