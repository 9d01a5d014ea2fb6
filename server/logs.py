"""Logs: one JSON object a line, rotated, with nothing in them that could be a line of its own."""

from __future__ import annotations

import contextlib
import logging
import os
import sys
from logging.handlers import RotatingFileHandler
from pathlib import Path

import structlog

LARGEST_BYTES = 5_000_000
KEPT = 5


class LogFile(RotatingFileHandler):
    """A log that prints nothing where its disk is full: it counts the lines it could not write and says so once it can again.

    A line that was written in part is cut off, so that each line of the file is whole.
    """

    unwritten = 0
    _whole = 0

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line, and one about those before it that are missing."""
        missing = self.unwritten
        self._emit(record)
        if missing and self.unwritten == missing:
            self.unwritten = 0
            told = {"name": __name__, "levelname": "ERROR", "levelno": logging.ERROR, "msg": "%d lines of this log could not be written"}
            self._emit(logging.makeLogRecord(told | {"args": (missing,)}))

    def handleError(self, record: logging.LogRecord) -> None:
        """Count a line the disk did not take; anything else is a fault of ours and is shown as logging shows it."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handleError(record)
            return
        self.unwritten += 1
        stream, self.stream = self.stream, None  # opened anew for the next line
        if stream is not None:
            with contextlib.suppress(OSError):
                stream.close()
        with contextlib.suppress(OSError):
            if Path(self.baseFilename).stat().st_size > self._whole:
                os.truncate(self.baseFilename, self._whole)

    def _emit(self, record: logging.LogRecord) -> None:
        with contextlib.suppress(OSError):
            self._whole = Path(self.baseFilename).stat().st_size
        super().emit(record)


def set_up_logs(data: Path, name: str = "server.log") -> None:
    """Send every log record of this process to a file of its own in the data folder: two processes cannot rotate one."""
    folder = data / "logs"
    folder.mkdir(parents=True, exist_ok=True)
    handler = LogFile(folder / name, maxBytes=LARGEST_BYTES, backupCount=KEPT, encoding="utf-8")
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[
                structlog.stdlib.add_log_level,
                structlog.stdlib.add_logger_name,
                structlog.processors.TimeStamper(fmt="iso", utc=True),
            ],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                structlog.processors.JSONRenderer(ensure_ascii=True),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.INFO)
