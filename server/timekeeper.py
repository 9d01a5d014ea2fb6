"""The process that keeps the timetable, beside the one that takes batches and answers: neither ever holds the other's interpreter.

`python -m server.timekeeper`, started by `server/companion.py` only. It ends when its standard input does.
"""

from __future__ import annotations

import json
import logging
import os
import signal
import sys

from server import jobs
from server.logs import set_up_logs
from server.settings import VARIABLE, load
from server.store.opened import Store


def main() -> None:
    """Keep the timetable until whoever started this process closes the pipe to it, or is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C reaches every process of a terminal; the parent decides
    settings = load(json.loads(os.environ[VARIABLE]))
    set_up_logs(settings.data, "timetable.log")
    store = Store(settings)
    scheduler = jobs.start(store)
    sys.stdin.buffer.read()
    scheduler.shutdown(wait=False)
    store.close()
    logging.shutdown()
    os._exit(0)  # a job under way need not be waited for: what it did not commit is done again


if __name__ == "__main__":
    main()
