"""Reading the ledger as columns: for a few people from their own person-days, for many from pages of whole days.

```
one person, 90 days     [ 90 rows of ledger_day, side by side ]                 one chunk
500 people, 90 days     [day 1][day 2] ... remembered, or read as stored pages  a chunk a day
today                   [ 500 rows of ledger_day ]                              made into a page, remembered by its stamp
```
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, Generic

import numpy as np
from msgspec import Struct
from sqlalchemy import select, true

from server.days.day_pages import KINDS, AnyPart, Array, Kind, Part, decode, joined, only, parts_of, person_days
from server.models import LedgerDay, LedgerPage, LedgerStamp
from server.organisation import AnySession
from server.queries.memory import MadeDay, Memory, memory_of
from server.queries.selection import Selection

FEW = 12
"""So many people's person-days are read faster one by one than a page of everybody's."""

PART_OF = {kind: part for part, kind in KINDS.items()}


class Chunk(Struct, Generic[Kind], frozen=True):
    """Some person-days: whose each is, as a place in the selection's people, and of which day, counted from its first."""

    who: Array
    when: Array
    part: Kind

    @property
    def of(self) -> Array:
        """The person-day of each row, as a place in `who` and `when`."""
        return np.repeat(np.arange(len(self.who)), np.diff(self.part.offsets))  # type: ignore[attr-defined]

    def add_by_day(self, table: Array, row: Array, keys: Array, amounts: Array) -> None:
        """Add amounts to a table of keys × days; `row` is the place in `who` and `when` that each of them is of."""
        size, days = table.shape
        first, last = self.when.min(), self.when.max()
        if first == last:
            table[:, first] += np.bincount(keys, amounts, size).astype(np.int64)
        else:
            table += np.bincount(keys * days + self.when[row], amounts, size * days).astype(np.int64).reshape(table.shape)


def chunks(session: AnySession, selection: Selection, kind: type[Kind], beyond: int = 0) -> list[Chunk[Kind]]:
    """Return the person-days of the selection, and of `beyond` days after it; nobody and nothing else is in them."""
    first, last = selection.first, selection.last + timedelta(days=beyond)
    reader = _Reader(session, PART_OF[kind])
    parts = reader.of_few(selection.ids, first, last) if len(selection.ids) <= FEW else reader.of_all(first, last)
    place_of = _places(selection.ids)
    found = (_chunk(part, place_of, first.toordinal()) for part in parts)
    return [chunk for chunk in found if len(chunk.who)]


def remember(session: AnySession, kind: type[AnyPart], first: date, last: date) -> None:
    """Read everybody's person-days of these days, as a question about them would."""
    for _ in _Reader(session, PART_OF[kind]).of_all(first, last):
        pass


def _chunk(part: Any, place_of: Array, first: int) -> Chunk[Any]:
    who = place_of[np.minimum(part.person, len(place_of) - 1)]
    wanted = np.flatnonzero(who >= 0)
    if len(wanted) < len(who):
        part, who = only(part, wanted), who[wanted]
    return Chunk(who, part.day.astype(np.int64) - first, part)


def _places(ids: list[int]) -> Array:
    """Return what says the place in `ids` of any number; -1 where it is not there, as the last one is not."""
    places = np.full(max(ids, default=0) + 2, -1)
    places[ids] = np.arange(len(ids))
    return places


class _Reader:
    """Finds one kind of part, in memory or in the store."""

    def __init__(self, session: AnySession, part: Part) -> None:
        self._session, self._part = session, part
        self._memory: Memory = memory_of(session)

    def of_few(self, ids: list[int], first: date, last: date) -> Iterator[Any]:
        rows = person_days(self._session, LedgerDay.person_id.in_(ids) & LedgerDay.day.between(first, last)) if ids else []
        if rows:
            yield self._memory.numbered(parts_of(rows, [self._part])[self._part])

    def of_all(self, first: date, last: date) -> Iterator[Any]:
        asked = select(LedgerStamp.day, LedgerStamp.stamp).where(LedgerStamp.day.between(first, last)).order_by(LedgerStamp.day)
        stamps = {row.day: row.stamp for row in self._session.execute(asked)}
        found = {day: self._memory.page((self._part, stamp)) for day, stamp in stamps.items()}
        missing = {day: stamps[day] for day, part in found.items() if part is None}
        found.update(self._stored(missing))
        for day, part in found.items():
            yield self._made(day, stamps[day]) if part is None else part

    def _stored(self, missing: dict[date, int]) -> Iterator[tuple[date, AnyPart]]:
        if not missing:
            return
        page = LedgerPage
        asked = page.day.between(min(missing), max(missing)) & page.day.in_(missing) & (page.part == self._part)
        for row in self._session.execute(select(page.day, page.stamp, page.body).where(asked)):
            if row.stamp == missing[row.day]:
                yield row.day, self._kept(row.stamp, self._part, decode(self._part, row.body))

    def _made(self, day: date, stamp: int) -> AnyPart:
        """Make a day that has no page: of a day made before, only the person-days that were replaced since are read."""
        asked = select(LedgerDay.person_id, LedgerDay.stamp).where(LedgerDay.day == day)
        versions = {row.person_id: row.stamp for row in self._session.execute(asked)}
        before = self._memory.made_before(day)
        same = {person for person, version in before.versions.items() if versions.get(person) == version} if before else set()
        which = LedgerDay.person_id.in_(versions.keys() - same) if len(same) > len(versions) // 2 else true()
        rows = [row for row in person_days(self._session, (LedgerDay.day == day) & which) if row.person_id not in same]
        parts = {part: self._memory.numbered(made) for part, made in parts_of(rows).items()}
        if before and same:
            kept = np.array(sorted(same), np.int64)
            parts = {part: joined(only(old, np.flatnonzero(np.isin(old.person, kept))), parts[part]) for part, old in before.parts.items()}
        self._memory.keep_made(day, stamp, MadeDay(versions, parts))
        return parts[self._part]

    def _kept(self, stamp: int, kind: Part, part: AnyPart) -> AnyPart:
        part = self._memory.numbered(part)
        self._memory.keep((kind, stamp), part)
        return part
