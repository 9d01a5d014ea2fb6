"""One entry of a Windows event log, read from the XML in which Windows renders it."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from xml.etree import ElementTree

_SPACE = "{http://schemas.microsoft.com/win/2004/08/events/event}"


class LogEntry(NamedTuple):
    """Who wrote which kind of entry when, and its named values."""

    provider: str
    number: int
    at: int
    computer: str
    values: dict[str, str]


def read_entry(xml: str) -> LogEntry | None:
    """Return the entry in `xml`; None for what is no entry."""
    try:
        # Windows itself wrote this document; Python's parser resolves nothing outside of it.
        root = ElementTree.fromstring(xml)  # noqa: S314
    except ElementTree.ParseError:
        return None
    system = root.find(f"{_SPACE}System")
    if system is None:
        return None
    provider, created = system.find(f"{_SPACE}Provider"), system.find(f"{_SPACE}TimeCreated")
    number = (system.findtext(f"{_SPACE}EventID") or "").strip()
    at = instant_of(created.get("SystemTime", "")) if created is not None else None
    if provider is None or at is None or not number.isascii() or not number.isdigit():
        return None
    values = {item.get("Name", ""): (item.text or "").strip() for item in root.iter(f"{_SPACE}Data") if item.get("Name")}
    return LogEntry(provider.get("Name", ""), int(number), at, (system.findtext(f"{_SPACE}Computer") or "").strip(), values)


def instant_of(text: str) -> int | None:
    """Return the instant a log's time means, such as 2026-11-20T04:31:12.1234567Z; it has more digits than Python reads."""
    whole, _, rest = text.strip().rstrip("Zz").partition(".")
    digits = rest[:6] if rest[:6].isdigit() else "0"
    try:
        return int(datetime.fromisoformat(f"{whole}.{digits:0<6}+00:00").timestamp() * 1000)
    except ValueError:
        return None
