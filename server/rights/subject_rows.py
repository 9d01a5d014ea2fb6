"""A row as a copy tells it: instants as people and programs read them, packed days unpacked, texts in the place of their numbers."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any

import msgspec
from sqlalchemy import Select, select
from sqlalchemy.orm import aliased

from policy.worktime import day_bounds
from server import models as m
from server.days import real_hours
from server.days.packed import NOTHING, PRESENCES, Table, unpack_day, unpack_quarters
from server.organisation import AnySession
from server.rights.subject import Row, Whom, rows_of
from server.rights.subject_tables import Held, words

INSTANTS = frozenset(
    words(
        "at start end since until made expires enrolled seen revoked ordered asked finished decided due overdue notice_at ended first last"
        " rebuilt next_try claimed"
    )
)
EARLIEST_INSTANT, LATEST_INSTANT = 10**11, 10**14
KEPT_TEXTS = 50_000
STARTS = frozenset("=+-@|%＝＋－＠｜")
"""What spreadsheets begin a formula or a command with; the full-width signs count for some of them too."""
UNSEEN = "\u200b\u200c\u200d\u2060\ufeff'"

Told = dict[str, Any]


class Teller:
    """Tells the rows of one person's copy."""

    def __init__(self, session: AnySession, one: Whom, zone: str) -> None:
        self._session, self._one, self._zone = session, one, zone
        self._texts: dict[tuple[Any, int], str] = {}
        self._unpack: dict[tuple[str, str], Callable[[Row], Any]] = {
            ("ledger_day", "packed"): self._day,
            ("ledger_quarter", "packed"): self._quarters,
            ("ledger_day", "known"): lambda row: [number for (number,) in struct.iter_unpack("<H", row.known)],
            ("ledger_day", "runs"): lambda row: [
                {"state": run.state.name.lower(), "seconds": run.seconds} for run in real_hours.unpack(row.runs)
            ],
            ("day_oddness", "odd"): lambda row: msgspec.msgpack.decode(row.odd),
            ("quarantined", "body"): lambda row: bytes(row.body).decode("utf-8", "replace"),
        }

    def rows(self, held: Held) -> Iterator[Told]:
        """Yield the rows of a table, with the columns that are told, in their order."""
        columns = words(held.told)
        question = _question(held)
        for row in rows_of(self._session, held, self._one, question):
            yield {name: self._value(held, name, row) for name in columns}

    def _value(self, held: Held, name: str, row: Row) -> Any:
        unpack = self._unpack.get((held.name, name))
        if unpack is not None:
            return unpack(row)
        value = getattr(row, f"{name}_text") if name in held.texts else getattr(row, name)
        if isinstance(value, bytes):
            return bytes(value).hex()
        if isinstance(value, date):
            return value.isoformat()
        if name in INSTANTS and isinstance(value, int) and EARLIEST_INSTANT < value < LATEST_INSTANT:
            return moment(value)
        return value

    def _day(self, row: Row) -> Told:
        """Return a packed day as lists of what was used when."""
        places, usage, hours, quiet = ([column.tolist() for column in table] for table in unpack_day(row.packed, *Table))
        named = [{"app": self._text(m.App, app), "site": self._text(m.Site, site)} for app, site in zip(*places, strict=True)]
        used = ("seconds", "keys", "clicks", "scrolls")
        return {
            "usage": [
                {**named[place], "presence": PRESENCES[presence].value, **dict(zip(used, counts, strict=True))}
                for place, presence, *counts in zip(*usage, strict=True)
            ],
            "engaged_by_hour_of_week": [{**named[place], "hour": hour, "seconds": many} for place, hour, many in zip(*hours, strict=True)],
            "quiet": [
                {"start": moment(row.start + 1000 * start), "seconds": length, "presence": PRESENCES[presence].value}
                for start, length, presence in zip(*quiet, strict=True)
            ],
        }

    def _quarters(self, row: Row) -> list[Told]:
        start = day_bounds(row.day, self._zone)[0]
        names = ("seconds", "keys", "clicks", "scrolls", "pointer_px")
        return [
            {
                "start": moment(one.start_ms),
                "app": self._text(m.App, one.app or 0),
                "site": self._text(m.Site, one.site or 0),
                "presence": one.presence.value,
                **{name: getattr(one, name) for name in names},
            }
            for one in unpack_quarters(row.packed, start)
        ]

    def _text(self, dictionary: Any, number: int) -> str | None:
        if number in (0, NOTHING):
            return None
        known = self._texts.get((dictionary, number))
        if known is None:
            if len(self._texts) > KEPT_TEXTS:
                self._texts.clear()
            known = self._session.execute(select(dictionary.text).where(dictionary.id == number)).scalar_one_or_none() or "?"
            self._texts[dictionary, number] = known
        return known


def _question(held: Held) -> Select[Any]:
    """Select a table's columns under their names, and beside each number of a text the text as `…_text`."""
    question: Select[Any] = select(*held.table.__table__.columns)
    for column, dictionary in held.texts.items():
        named = aliased(dictionary)
        question = question.add_columns(named.text.label(f"{column}_text"))
        question = question.outerjoin(named, named.id == held.table.__table__.c[column])
    return question


def moment(instant: int) -> str:
    """Return an instant as ISO 8601 has it, in UTC."""
    return datetime.fromtimestamp(instant / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def cell(value: Any) -> Any:
    """Return a value as a cell of a CSV file: one line that no spreadsheet calculates."""
    if isinstance(value, list | dict):
        value = msgspec.json.encode(value).decode()
    if not isinstance(value, str):
        return value
    flat = " ".join(value.split())
    return f"'{flat}" if flat.lstrip(UNSEEN + " ")[:1] in STARTS and flat else flat
