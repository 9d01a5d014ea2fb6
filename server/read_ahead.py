"""After a start, read what the first questions will ask for, so that nobody's first look of the day waits for it."""

from __future__ import annotations

import logging
import threading
import time
from datetime import date, timedelta

from sqlalchemy import Engine, func, select

from server.clock import now_ms
from server.days.day_pages import KINDS
from server.models import Device, LedgerStamp
from server.queries.chunks import remember
from server.queries.memory import memory_of
from server.queries.network_days import network_days

log = logging.getLogger(__name__)

DAYS = 180
"""Half a year: a quarter of it, and the one before that every tab compares with."""
AT_ONCE = 15
PAUSE_SECONDS = 0.01
"""Between stretches, so that batches and questions come first."""


def start(readers: Engine) -> None:
    """Begin in a thread of its own; a question that comes before its end reads for itself."""
    threading.Thread(target=_run, args=(readers,), name="read-ahead", daemon=True).start()


def _run(readers: Engine) -> None:
    try:
        read_ahead(readers, now_ms())
    except Exception:
        log.exception("reading ahead failed; questions read for themselves")


def read_ahead(readers: Engine, now: int) -> None:
    """Remember traffic and pages of the newest days, pages newest first and as many as find room."""
    with readers.connect() as connection:
        newest: date | None = connection.execute(select(func.max(LedgerStamp.day))).scalar_one()
        devices = connection.execute(select(Device.id)).scalars().all()
    if newest is None:
        return
    _read_pages(readers, newest)
    for at in range(0, len(devices), AT_ONCE):
        with readers.connect() as connection:
            network_days(connection, devices[at : at + AT_ONCE], newest - timedelta(days=DAYS - 1), newest, now)
        time.sleep(PAUSE_SECONDS)


def _read_pages(readers: Engine, newest: date) -> None:
    for back in range(0, DAYS, AT_ONCE):
        last = newest - timedelta(days=back)
        for kind in KINDS.values():
            with readers.connect() as connection:
                if memory_of(connection).nearly_full:
                    return
                remember(connection, kind, last - timedelta(days=AT_ONCE - 1), last)
            time.sleep(PAUSE_SECONDS)
