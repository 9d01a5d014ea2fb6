"""A person-day's sums as one small vector: time by app and site, in all and by the hour, the longest quiet stretches, the newest evidence.

```
places    (app, site), each once        usage and hours name them by their place in this list
usage     place, presence               -> seconds, keys, clicks, scrolls
hours     place, local hour of the week -> engaged seconds
quiet     start, length, presence       the longest between the first and the last engaged instant
latest    how the day ends, and what the newest evidence says
```
Rows hold columns, and columns are compressed together: a day of 200 spans takes a few hundred bytes. Instants are seconds after
the day's start.
"""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from enum import IntEnum
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from policy.presence import ENGAGED, Presence
from policy.worktime import QUARTER_MS, quarter_of
from server.days import wall
from server.days.partition import SECOND_MS, Part, PartitionedDay, Quarter

PRESENCES = tuple(Presence)
"""A presence's number is its place here; the engaged ones come first."""
NUMBERS = {presence: number for number, presence in enumerate(PRESENCES)}
ENGAGED_BELOW = len(ENGAGED)
STATES = (Presence.LOCKED, Presence.PAUSED, Presence.ASLEEP, Presence.OFF)
"""What a session change begins and only another one ends: in a running day these reach into the future."""
LISTED = 10
"""So many quiet stretches of a day are kept, which is as many as are ever shown."""
NOTHING = -1
LEVEL = 6

Column = NDArray[np.integer]
Layout = tuple[tuple[tuple[str, np.dtype[np.integer]], ...], ...]


def _layout(*tables: str) -> Layout:
    return tuple(tuple((name, np.dtype(kind)) for name, _, kind in (word.partition(":") for word in table.split())) for table in tables)


DAY = _layout(
    "app:<u4 site:<u4",
    "place:<u4 presence:u1 seconds:<u4 keys:<u8 clicks:<u8 scrolls:<u8",
    "hour_place:<u4 hour:u1 hour_seconds:<u2",
    "quiet_start:<u4 quiet_length:<u4 quiet_presence:u1",
)
QUARTERS = _layout("quarter:u1 presence:u1 app:<u4 site:<u4 seconds:<u2 keys:<u8 clicks:<u8 scrolls:<u8 pointer_px:<u8")
"""The columns in their order, each with the type of its numbers; columns of one table are as long as each other."""
LENGTH = np.dtype("<u4")


LATEST = np.dtype("<i4")
LATEST_BYTES = 6 * LATEST.itemsize
"""What is asked of every day anew each time stands at the front, uncompressed."""


class Table(IntEnum):
    """The tables of a day's vector."""

    PLACES = 0
    USAGE = 1
    HOURS = 2
    QUIET = 3


def pack_day(day: PartitionedDay, start: int, end: int, zone: str) -> bytes:
    """Return the vector of a partitioned day [start, end) of somebody in `zone`."""
    usage = _usage(day.quarters)
    hours = _hours(day.quarters, start, end, zone)
    places = {place: number for number, place in enumerate(sorted({key[:2] for key in usage} | {key[:2] for key in hours}))}
    used = [(places[key[:2]], key[2], *counts) for key, counts in sorted(usage.items())]
    hourly = [(places[key[:2]], key[2], seconds) for key, seconds in sorted(hours.items())]
    quiet = sorted(_quiet(day, start), key=lambda one: (-one[1], one[0]))[:LISTED]
    return np.array(_latest(day, start), LATEST).tobytes() + _bytes([list(places), used, hourly, quiet], DAY)


def unpack_day(packed: bytes, *wanted: Table) -> list[list[Column]]:
    """Return the columns of the tables that are wanted."""
    return _columns(zlib.decompress(packed[LATEST_BYTES:]), DAY, wanted)


def latest_of(packed: Iterable[bytes]) -> Column:
    """Return of each vector, a row each, how its day ends (presence, seconds) and what its newest evidence says."""
    rows = b"".join(one[:LATEST_BYTES] for one in packed)
    return np.frombuffer(rows, LATEST).reshape(-1, LATEST_BYTES // LATEST.itemsize)


def content_of(packed: bytes, plain: int = 0) -> bytes:
    """Return what a vector holds, the same whichever version of the compressor made it; its first `plain` bytes are not compressed."""
    return packed[:plain] + zlib.decompress(packed[plain:])


def pack_quarters(day: PartitionedDay, start: int) -> bytes:
    """Return the finest rung of the roll-up, quarter hour × presence × app × site, of a day that begins at `start`."""
    first = quarter_of(start)
    rows = [
        (
            *((one.start_ms - first) // QUARTER_MS, NUMBERS[one.presence], one.app or 0, one.site or 0),
            *(one.seconds, one.keys, one.clicks, one.scrolls, one.pointer_px),
        )
        for one in day.quarters
    ]
    return _bytes([rows], QUARTERS)


def unpack_quarters(packed: bytes, start: int) -> list[Quarter]:
    """Return the quarter hours of a day that begins at `start`."""
    first = quarter_of(start)
    [columns] = _columns(zlib.decompress(packed), QUARTERS, [0])
    rows = zip(*(column.tolist() for column in columns), strict=True)
    return [
        Quarter(first + number * QUARTER_MS, app or None, site or None, PRESENCES[presence], *counts)
        for number, presence, app, site, *counts in rows
    ]


def engaged_quarters(packed: bytes, start: int) -> tuple[Column, Column]:
    """Return the quarter hours, counted from the epoch, in which a day that begins at `start` has engaged time, and its seconds."""
    [[numbers, presences, _, _, seconds, *_]] = _columns(zlib.decompress(packed), QUARTERS, [0])
    engaged = presences < ENGAGED_BELOW
    return numbers[engaged].astype(np.int64) + start // QUARTER_MS, seconds[engaged]


def _bytes(tables: Sequence[Sequence[tuple[int, ...]]], layout: Layout) -> bytes:
    """Return the lengths of the tables and then all columns, compressed."""
    lengths = np.array([len(rows) for rows in tables], LENGTH)
    columns = [pair for rows, named in zip(tables, layout, strict=True) for pair in zip(_turned(rows, len(named)), named, strict=True)]
    arrays = [np.array(column, kind) for column, (_, kind) in columns]
    return zlib.compress(b"".join(array.tobytes() for array in (lengths, *arrays)), LEVEL)


def _turned(rows: Sequence[tuple[int, ...]], width: int) -> Iterable[tuple[int, ...]]:
    return zip(*rows, strict=True) if rows else [()] * width


def _columns(content: bytes, layout: Layout, wanted: Iterable[int]) -> list[list[Column]]:
    lengths = np.frombuffer(content, LENGTH, len(layout)).tolist()
    sizes = [length * sum(kind.itemsize for _, kind in table) for length, table in zip(lengths, layout, strict=True)]
    found = []
    for number in wanted:
        at, columns = len(layout) * LENGTH.itemsize + sum(sizes[:number]), []
        for _, kind in layout[number]:
            columns.append(np.frombuffer(content, kind, lengths[number], at))
            at += columns[-1].nbytes
        found.append(columns)
    return found


Place = tuple[int, int]


def _usage(quarters: Iterable[Quarter]) -> dict[tuple[int, int, int], list[int]]:
    sums: dict[tuple[int, int, int], list[int]] = {}
    for quarter in quarters:
        if quarter.app:
            counts = sums.setdefault((quarter.app, quarter.site or 0, NUMBERS[quarter.presence]), [0, 0, 0, 0])
            for at, amount in enumerate((quarter.seconds, quarter.keys, quarter.clicks, quarter.scrolls)):
                counts[at] += amount
    return sums


def _hours(quarters: Iterable[Quarter], start: int, end: int, zone: str) -> dict[tuple[int, int, int], int]:
    """Return engaged seconds by place and local hour of the week; a zone's clock changes at a quarter hour."""
    hour_at = wall.hours_of_week(start, end, zone)
    sums: dict[tuple[int, int, int], int] = defaultdict(int)
    for quarter in quarters:
        if quarter.presence in ENGAGED and quarter.seconds:
            sums[quarter.app or 0, quarter.site or 0, hour_at(quarter.start_ms)] += quarter.seconds
    return sums


def _quiet(day: PartitionedDay, start: int) -> Iterator[tuple[int, int, int]]:
    """Yield every stretch without engaged time between the first and the last engaged instant, one presence each."""
    if day.first is None or day.last is None:
        return
    first, last = day.first, day.last
    between = (part for part in day.parts if first <= part.start and part.end <= last)
    for presence, run in groupby(between, key=lambda part: part.presence):
        parts = list(run)
        if presence not in ENGAGED:
            yield (parts[0].start - start) // SECOND_MS, (parts[-1].end - parts[0].start) // SECOND_MS, NUMBERS[presence]


def _latest(day: PartitionedDay, start: int) -> tuple[int, ...]:
    """Return how the day ends (presence, seconds) and what its newest evidence says (seen, since, presence, app)."""
    tail = day.parts[-1]
    return NUMBERS[tail.presence], _length(tail), *_newest(day.parts, start)


def _newest(parts: list[Part], start: int) -> tuple[int, int, int, int]:
    """Return until when a device showed an app, since when that one in that presence, and which they are."""
    seen = [number for number, part in enumerate(parts) if part.app is not None]
    if not seen:
        return NOTHING, NOTHING, NOTHING, NOTHING
    last = since = seen[-1]
    while since and parts[since - 1][2:4] == parts[last][2:4]:
        since -= 1
    part = parts[last]
    return (part.end - start) // SECOND_MS, (parts[since].start - start) // SECOND_MS, NUMBERS[part.presence], part.app or 0


def _length(part: Part) -> int:
    return (part.end - part.start) // SECOND_MS
