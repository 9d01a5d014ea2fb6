"""Pages: many person-days as columns, a part for each kind of question; those of a day that is over are kept in the store.

```
person-days   anita | boris | carla                 rows of ledger_day, each with its packed vector
figures       one row each: times, first, last, known quarter hours, newest evidence
usage         aaaaa | bbb | cccccccc                columns; `offsets` say where each person-day begins
```
Every person-day that is replaced gives its day a new stamp. A page made from person-days of one stamp is good as long as the day has
it, so that it needs no deleting and may be remembered by whoever read it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from enum import IntEnum
from typing import Any, TypeVar

import msgspec
import numpy as np
from msgspec import Struct
from msgspec.structs import astuple, replace
from numpy.typing import NDArray
from sqlalchemy import Connection, Engine, and_, delete, insert, select

from policy.presence import Presence
from policy.worktime import local_day
from server.days.packed import DAY, ENGAGED_BELOW, NOTHING, NUMBERS, PRESENCES, Column, Table, latest_of, unpack_day
from server.models import LedgerDay, LedgerPage, LedgerStamp
from server.organisation import AnySession, organisation
from server.store.writer import Writer

Array = NDArray[Any]
MADE_AT_ONCE = 40
"""Pages made in one round of the timetable; a month is there after the first."""

MEETING = NUMBERS[Presence.MEETING]
SUMS = ("length", *(presence.value for presence in PRESENCES), "first", "last", "review_minutes")
LATEST = ("tail_presence", "tail_seconds", "seen", "since", "now_presence", "now_app")
COLUMN = {name: number for number, name in enumerate((*SUMS, *LATEST))}
"""Where a figure stands in a row of `Figures.sums`; instants there are seconds after the day's start, NOTHING where there is none."""
TIMES = slice(COLUMN["active"], COLUMN["unknown"] + 1)


class Part(IntEnum):
    """What a page's part is about."""

    FIGURES = 0
    USAGE = 1
    HOURS = 2
    QUIET = 3
    ENGAGED = 4


class Figures(Struct, frozen=True):
    """One row a person-day; `known` are the seconds with any evidence before each of its quarter hours, and in all of them."""

    person: Array
    day: Array
    start: Array
    sums: Array
    known: Array


class Usage(Struct, frozen=True):
    """Time and input by place and presence; `app` and `site` say which place a number is."""

    person: Array
    day: Array
    app: Array
    site: Array
    offsets: Array
    place: Array
    presence: Array
    seconds: Array
    keys: Array
    clicks: Array
    scrolls: Array


class Hours(Struct, frozen=True):
    """Engaged seconds by place and local hour of the week."""

    person: Array
    day: Array
    app: Array
    site: Array
    offsets: Array
    place: Array
    hour: Array
    seconds: Array


class Engaged(Struct, frozen=True):
    """Engaged seconds by place, those in meetings apart: what categories are added up from, in half the rows of `Usage`."""

    person: Array
    day: Array
    app: Array
    site: Array
    offsets: Array
    place: Array
    meeting: Array
    seconds: Array


class Quiet(Struct, frozen=True):
    """The longest quiet stretches; `start` is seconds after the day's."""

    person: Array
    day: Array
    day_start: Array
    offsets: Array
    start: Array
    length: Array
    presence: Array


AnyPart = Figures | Usage | Hours | Quiet | Engaged
WithPlaces = Usage | Hours | Engaged
Kind = TypeVar("Kind", Figures, Usage, Hours, Quiet, Engaged)
KINDS: dict[Part, type[AnyPart]] = {
    Part.FIGURES: Figures,
    Part.USAGE: Usage,
    Part.HOURS: Hours,
    Part.QUIET: Quiet,
    Part.ENGAGED: Engaged,
}

SIGNED = dict.fromkeys(("person", "day", "start", "day_start", "offsets"), np.int64) | {"sums": np.int32}

DAY_COLUMNS = (
    *(LedgerDay.person_id, LedgerDay.day, LedgerDay.start, LedgerDay.length),
    *(getattr(LedgerDay, presence.value) for presence in PRESENCES),
    *(LedgerDay.first, LedgerDay.last, LedgerDay.review_minutes, LedgerDay.known, LedgerDay.packed),
)


PERSON_DAYS = select(*DAY_COLUMNS).order_by(LedgerDay.day, LedgerDay.person_id)


def person_days(session: AnySession, asked: Any) -> list[Any]:
    """Return the rows of the person-days that are asked for, as `parts_of` wants them."""
    return list(session.execute(PERSON_DAYS.where(asked)))


def parts_of(rows: Sequence[Any], wanted: Iterable[Part] = Part) -> dict[Part, AnyPart]:
    """Return parts of the page of some person-days."""
    make: dict[Part, Callable[..., AnyPart]] = {
        Part.FIGURES: _figures,
        Part.USAGE: _usage,
        Part.HOURS: _hours,
        Part.QUIET: _quiet,
        Part.ENGAGED: _engaged,
    }
    person = np.array([row.person_id for row in rows], np.int64)
    day = np.array([row.day.toordinal() for row in rows], np.int64)
    return {part: make[part](person, day, rows) for part in wanted}


def _figures(person: Array, day: Array, rows: Sequence[Any]) -> Figures:
    start = np.array([row.start for row in rows], np.int64)
    sums = np.array([[NOTHING if value is None else value for value in row[3 : 3 + len(SUMS)]] for row in rows], np.int64)
    sums = sums.reshape(len(rows), len(SUMS))
    for column in (COLUMN["first"], COLUMN["last"]):
        there = sums[:, column] != NOTHING
        sums[there, column] = (sums[there, column] - start[there]) // 1000
    latest = latest_of([row.packed for row in rows])
    width = max((len(row.known) for row in rows), default=0)
    known = np.frombuffer(b"".join(bytes(row.known).ljust(width, b"\0") for row in rows), "<u2").reshape(len(rows), width // 2)
    return Figures(person, day, start, np.hstack((sums, latest)).astype(np.int32), _added_up(known))


def _added_up(known: Array) -> Array:
    until = np.zeros((known.shape[0], known.shape[1] + 1), np.int32)
    np.cumsum(known, axis=1, out=until[:, 1:])
    return until


def _usage(person: Array, day: Array, rows: Sequence[Any]) -> Usage:
    places, tables = _unpacked(rows, Table.PLACES, Table.USAGE)
    (app, site), (place, *columns) = _turned(places, Table.PLACES), _turned(tables, Table.USAGE)
    return Usage(person, day, app, site, _offsets(tables), _renumbered(place, tables, places), *columns)


def _hours(person: Array, day: Array, rows: Sequence[Any]) -> Hours:
    places, tables = _unpacked(rows, Table.PLACES, Table.HOURS)
    (app, site), (place, *columns) = _turned(places, Table.PLACES), _turned(tables, Table.HOURS)
    return Hours(person, day, app, site, _offsets(tables), _renumbered(place, tables, places), *columns)


def _engaged(person: Array, day: Array, rows: Sequence[Any]) -> Engaged:
    """Return the engaged part of the usage, rows of one person-day, place and kind made one."""
    usage = _usage(person, day, rows)
    engaged = np.flatnonzero(usage.presence < ENGAGED_BELOW)
    of = np.repeat(np.arange(len(rows)), np.diff(usage.offsets))[engaged]
    key = 2 * usage.place[engaged].astype(np.int64) + (usage.presence[engaged] == MEETING)
    size = 2 * max(1, len(usage.app))
    rest, number = np.unique(of * size + key, return_inverse=True)
    seconds = np.bincount(number, usage.seconds[engaged], len(rest)).astype(np.int64)
    offsets = np.searchsorted(rest, np.arange(len(rows) + 1) * size).astype(np.int64)
    place, meeting = np.divmod(rest % size, 2)
    return Engaged(person, day, usage.app, usage.site, offsets, place, meeting, seconds)


def _quiet(person: Array, day: Array, rows: Sequence[Any]) -> Quiet:
    [tables] = _unpacked(rows, Table.QUIET)
    return Quiet(person, day, np.array([row.start for row in rows], np.int64), _offsets(tables), *_turned(tables, Table.QUIET))


Tables = Sequence[Sequence[Column]]
"""One table of each person-day, as its columns."""


def _unpacked(rows: Sequence[Any], *wanted: Table) -> list[Tables]:
    """Return each of the wanted tables, of every person-day."""
    days = [unpack_day(row.packed, *wanted) for row in rows]
    return [[day[number] for day in days] for number in range(len(wanted))]


def _turned(tables: Tables, table: Table) -> list[Array]:
    """Return the columns of tables put one below the other."""
    empty = [np.zeros(0, kind) for _, kind in DAY[table]]
    return [np.concatenate(column) for column in zip(empty, *tables, strict=True)]


def _renumbered(place: Array, tables: Tables, places: Tables) -> Array:
    """Return places, which each person-day numbers for itself, as numbers of all their places one below the other."""
    numbers: Array = place + np.repeat(_offsets(places)[:-1], np.diff(_offsets(tables)))
    return numbers


def _offsets(tables: Tables) -> Array:
    """Return where each of some tables begins when they stand one below the other, and where the last one ends."""
    return np.concatenate(([0], np.cumsum([len(columns[0]) for columns in tables]))).astype(np.int64)


def only(part: AnyPart, wanted: Array) -> AnyPart:
    """Return the person-days of a part that are `wanted`, by their places in it."""
    if isinstance(part, Figures):
        return Figures(*(column[wanted] for column in astuple(part)))
    begins, counts = part.offsets[wanted], np.diff(part.offsets)[wanted]
    offsets = np.concatenate(([0], np.cumsum(counts)))
    rows = np.repeat(begins - offsets[:-1], counts) + np.arange(offsets[-1])
    fields = part.__struct_fields__
    at = fields.index("offsets")
    of_days = {name: getattr(part, name)[wanted] for name in fields[:at] if name not in ("app", "site")}
    return replace(part, offsets=offsets, **of_days, **{name: getattr(part, name)[rows] for name in fields[at + 1 :]})


def joined(first: AnyPart, second: AnyPart) -> AnyPart:
    """Return the person-days of two parts as one; their places must be numbered alike (`Memory.numbered`)."""
    changed = {name: np.concatenate((getattr(first, name), getattr(second, name))) for name in first.__struct_fields__ if name != "known"}
    if isinstance(first, Figures) and isinstance(second, Figures):
        width = max(first.known.shape[1], second.known.shape[1])
        known = [np.pad(one.known, ((0, 0), (0, width - one.known.shape[1])), "edge") for one in (first, second)]
        return replace(first, **changed, known=np.concatenate(known))
    if not isinstance(first, Figures) and not isinstance(second, Figures):
        changed["offsets"] = np.concatenate((first.offsets, first.offsets[-1] + second.offsets[1:]))
    return replace(first, **changed)


def encode(part: AnyPart) -> bytes:
    """Return a part as bytes: each place named once, each column in the smallest numbers it fits in."""
    if isinstance(part, WithPlaces):
        part = _with_few_places(part)
    if isinstance(part, Figures):
        part = replace(part, known=np.diff(part.known))
    return msgspec.msgpack.encode([_encoded(column) for column in astuple(part)])


def decode(kind: Part, body: bytes) -> AnyPart:
    """Return the part that `encode` made bytes of; what is one number a person-day gets its sign back, for there are few of them."""
    columns = msgspec.msgpack.decode(body, type=list[tuple[str, list[int], bytes]])
    arrays = {
        name: np.frombuffer(data, type_).reshape(shape).astype(SIGNED.get(name, type_), copy=False)
        for name, (type_, shape, data) in zip(KINDS[kind].__struct_fields__, columns, strict=True)
    }
    if "known" in arrays:
        arrays["known"] = _added_up(arrays["known"])
    return KINDS[kind](**arrays)


def _with_few_places(part: WithPlaces) -> WithPlaces:
    whole = part.app.astype(np.uint64) << np.uint64(32) | part.site.astype(np.uint64)
    named, number = np.unique(whole, return_inverse=True)
    changed = {"app": named >> np.uint64(32), "site": named & np.uint64(0xFFFFFFFF), "place": number[part.place]}
    return replace(part, **changed)


def _encoded(column: Array) -> tuple[str, list[int], bytes]:
    low, high = (int(column.min()), int(column.max())) if column.size else (0, 0)
    smallest = np.promote_types(np.min_scalar_type(low), np.min_scalar_type(high)).newbyteorder("<")
    return smallest.str, list(column.shape), column.astype(smallest).tobytes()


def make_pages(readers: Engine, writer: Writer, now: int, limit: int = MADE_AT_ONCE) -> int:
    """Make the pages of up to `limit` days that are over and have none that is good, newest first; return how many."""
    with readers.connect() as connection:
        days = _without_page(connection, local_day(now, organisation(connection).zone), limit)
    for day in days:
        with readers.connect() as connection:
            stamp = connection.execute(select(LedgerStamp.stamp).where(LedgerStamp.day == day)).scalar_one()
            rows = [(day, part, stamp, encode(made)) for part, made in parts_of(person_days(connection, LedgerDay.day == day)).items()]
        writer.do(lambda connection, day=day, rows=rows: _keep(connection, day, rows))  # type: ignore[misc]
    return len(days)


def _without_page(connection: Connection, today: date, limit: int) -> list[date]:
    good = and_(LedgerPage.day == LedgerStamp.day, LedgerPage.part == Part.FIGURES, LedgerPage.stamp == LedgerStamp.stamp)
    missing = select(LedgerStamp.day).outerjoin(LedgerPage, good).where(LedgerPage.day.is_(None) & (LedgerStamp.day < today))
    return list(connection.execute(missing.order_by(LedgerStamp.day.desc()).limit(limit)).scalars())


def _keep(connection: Connection, day: date, rows: Sequence[tuple[date, Part, int, bytes]]) -> None:
    """Put a page in the place of the one before; should the day have changed meanwhile, its stamp says so and this one is made anew."""
    connection.execute(delete(LedgerPage).where(LedgerPage.day == day))
    names = [column.name for column in LedgerPage.__table__.columns]
    connection.execute(insert(LedgerPage), [dict(zip(names, row, strict=True)) for row in rows])
