"""The agent's log: one JSON line an occurrence, about the agent only; nothing that was recorded is ever written there."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path

LOG_BYTES = 1 << 20
OLD_LOGS = 2
_LOGGER = logging.getLogger("workpulse.agent")


def start_log(path: Path, level: str) -> None:
    """Send what `log` is told to the file in `path`."""
    handler = RotatingFileHandler(path, maxBytes=LOG_BYTES, backupCount=OLD_LOGS, encoding="ascii", delay=True)
    handler.setFormatter(_Lines())
    before = _LOGGER.handlers[:]
    _LOGGER.handlers[:] = [handler]
    for old in before:
        old.close()
    _LOGGER.propagate = False
    _LOGGER.setLevel(logging.getLevelNamesMapping().get(level.upper(), logging.INFO))


class _Lines(logging.Formatter):
    """One JSON object on one line of ASCII, whatever a value holds."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line = dict(getattr(record, "told", {})) | {"event": record.getMessage(), "level": record.levelname.lower()}
        line["timestamp"] = datetime.fromtimestamp(record.created, UTC).isoformat().replace("+00:00", "Z")
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=True, default=str)


class Log:
    """What happened, in fixed words, with values beside it; a library that does this costs six megabytes of memory."""

    def debug(self, event: str, **told: object) -> None:
        """Note what only somebody who looks for a fault wants to know."""
        self._say(logging.DEBUG, event, told)

    def info(self, event: str, **told: object) -> None:
        """Note what happened."""
        self._say(logging.INFO, event, told)

    def warning(self, event: str, **told: object) -> None:
        """Note what somebody should look at."""
        self._say(logging.WARNING, event, told)

    def error(self, event: str, **told: object) -> None:
        """Note what somebody must look at."""
        self._say(logging.ERROR, event, told)

    def exception(self, event: str, **told: object) -> None:
        """Note a fault of ours, with where it happened."""
        self._say(logging.ERROR, event, told, trace=True)

    def _say(self, level: int, event: str, told: dict[str, object], *, trace: bool = False) -> None:
        _LOGGER.log(level, "%s", event, extra={"told": told}, exc_info=trace)


log = Log()
