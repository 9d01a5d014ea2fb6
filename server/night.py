"""The process that looks at the days that are over, and ends: scikit-learn and its memory are nobody else's.

`python -m server.night NOW`, started by the timetable only.
"""

from __future__ import annotations

import importlib
import json
import logging
import os
import subprocess
import sys
from pathlib import Path

import msgspec

from server.findings import find_unusual
from server.logs import set_up_logs
from server.settings import VARIABLE, Settings, load
from server.store.opened import Store

log = logging.getLogger(__name__)

ROOT = Path(__file__).resolve().parent.parent
LONGEST_SECONDS = 900
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
"""Batches and questions come first; and sums added up in one order are the same sums every time."""


def run(settings: Settings, now: int) -> None:
    """Start the process and wait for its end; raise CalledProcessError or TimeoutExpired when it did not end well."""
    told = {VARIABLE: json.dumps(msgspec.structs.asdict(settings), default=str)}
    command = [sys.executable, "-m", "server.night", str(now)]
    subprocess.run(command, cwd=ROOT, env=os.environ | ONE_THREAD | told, stdin=subprocess.DEVNULL, timeout=LONGEST_SECONDS, check=True)


def main() -> None:
    """Look at every day that is due."""
    if hasattr(os, "nice"):
        os.nice(10)
    _import_without_pandas()
    settings = load(json.loads(os.environ[VARIABLE]))
    set_up_logs(settings.data, "night.log")
    store = Store(settings)
    try:
        looked = find_unusual(store.readers, store.writer, store.rules, int(sys.argv[1]))
        log.info("days looked at: %d", looked)
    finally:
        store.close()


def _import_without_pandas() -> None:
    """Import the model while there seems to be no pandas: scikit-learn would take it along, a second and 65 MB, and never use it here."""
    sys.modules["pandas"] = None  # type: ignore[assignment]
    importlib.import_module("ml.nights")
    del sys.modules["pandas"]


if __name__ == "__main__":
    main()
