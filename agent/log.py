"""The agent's log: one JSON line an occurrence, about the agent only; nothing that was recorded is ever written there."""

from __future__ import annotations

import logging
from logging.handlers import RotatingFileHandler
from pathlib import Path

import structlog

LOG_BYTES = 1 << 20
OLD_LOGS = 2


def start_log(path: Path, level: str) -> None:
    """Send what `log()` is told to the file in `path`."""
    handler = RotatingFileHandler(path, maxBytes=LOG_BYTES, backupCount=OLD_LOGS, encoding="ascii", delay=True)
    logger = logging.getLogger("workpulse.agent")
    logger.handlers[:] = [handler]
    logger.propagate = False
    logger.setLevel(logging.getLevelNamesMapping().get(level.upper(), logging.INFO))


log: structlog.stdlib.BoundLogger = structlog.wrap_logger(
    logging.getLogger("workpulse.agent"),
    processors=[
        structlog.stdlib.filter_by_level,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        structlog.processors.JSONRenderer(ensure_ascii=True),
    ],
    wrapper_class=structlog.stdlib.BoundLogger,
)
