"""The server, broken on purpose: it says "done" and commits a little later. Only tests start it."""

import sys
import time
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parents[2])

from server.cli import main
from server.store import writer


def commit_later(self: writer.Writer, group: list[tuple[writer.Work, writer.Future[object]]]) -> None:
    """Tell the callers before it is true."""
    with self._engine.begin() as connection:
        for work, future in group:
            try:
                future.set_result(work(connection))
            except Exception as fault:
                future.set_exception(fault)
        time.sleep(0.1)


writer.Writer._commit = commit_later
main()
