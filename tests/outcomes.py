"""What came of each marked test in the runs of this very source; pytest writes it, `python tests --features` reads it."""

from __future__ import annotations

import hashlib
import os
from typing import Any

import msgspec
import pytest

from tests.features import MARKS, ROOT, Came, sources

PLACE = ROOT / ".pytest_cache" / "workpulse-outcomes.json"
PROPERTY = "shows"


class Record(msgspec.Struct):
    """The outcomes by `path::name`, and a digest of the source they hold for."""

    source: str
    came: dict[str, Came]


def digest() -> str:
    """Return a digest of the project's files: another source has other outcomes."""
    found = hashlib.blake2b(digest_size=16)
    for path in sources():
        try:
            content = path.read_bytes()
        except OSError:
            content = b""  # an editor's own file is gone again
        found.update(f"{path.relative_to(ROOT)}\0{len(content)}\0".encode() + content)
    return found.hexdigest()


def load(source: str) -> Record:
    """Return what is known of this source; nothing, where there is no record or only one of another source."""
    record = newest()
    return record if record.source == source else Record(source, {})


def newest() -> Record:
    """Return what the newest run found, whatever source it was of."""
    try:
        return msgspec.json.decode(PLACE.read_bytes(), type=Record)
    except (OSError, ValueError):
        return Record("", {})


class Outcomes:
    """The part of pytest that takes it down; with several processes, the one that the others report to."""

    def __init__(self, config: pytest.Config) -> None:
        self._works = hasattr(config, "workerinput")
        self._whole = not any("[" in argument for argument in config.args)
        self._source = "" if self._works else digest()
        self._came: dict[str, Came] = {}

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Let the marks travel with the reports."""
        for item in items:
            if any(True for name in MARKS for _ in item.iter_markers(name)):
                item.user_properties.append((PROPERTY, item.nodeid.partition("[")[0]))

    def pytest_deselected(self, items: list[pytest.Item]) -> None:
        """A run of some parameters of a test says nothing about the test."""
        self._whole = self._whole and not items

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep the worst of all phases and parameters; a skipped parameter does not undo one that passed."""
        for name, test in report.user_properties:
            if name == PROPERTY and (report.outcome != "passed" or report.when == "call"):
                self._came[str(test)] = _together(self._came.get(str(test)), _came(report))

    def pytest_sessionfinish(self, exitstatus: int) -> None:
        """Write it down, beside what earlier runs of this source found."""
        if self._works or not self._whole or exitstatus not in (0, 1) or not self._came:
            return
        record = load(self._source)
        record.came.update(self._came)
        PLACE.parent.mkdir(exist_ok=True)
        fresh = PLACE.with_suffix(f".{os.getpid()}")
        fresh.write_bytes(msgspec.json.encode(record))
        fresh.replace(PLACE)


def _came(report: pytest.TestReport) -> Came:
    place: Any = report.longrepr
    why = str(place[2]).removeprefix("Skipped: ") if report.outcome == "skipped" and isinstance(place, (tuple, list)) else ""
    return Came(report.outcome, why)


def _together(before: Came | None, now: Came) -> Came:
    if before is None or now.outcome == "failed":
        return now
    if before.outcome == "failed" or now.outcome == "skipped":
        return before
    return now
