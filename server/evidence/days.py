"""The UTC days of an evidence pack held against their seals, event by event."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta

from sqlalchemy import Connection

from server.evidence import file_seals
from server.evidence.file_digest import DayDigest, line
from server.evidence.manifest import EventLine, PartLine, SealLine
from server.queries.files import Search


def is_complete(search: Search) -> bool:
    """Return whether a pack has all events of its accounts: then whole days of it can be held against their seals."""
    wanted = search.wanted
    return not (search.patterns or wanted.host or wanted.action or wanted.since is not None or wanted.until is not None)


class Days:
    """The UTC days of a pack with their newest seals, and whether the pack's events of each are those that were sealed."""

    def __init__(self, connection: Connection, search: Search) -> None:
        start, end = search.bounds
        first, last = file_seals.day_of(start), file_seals.day_of(max(start, end - 1))
        self.all = [first + timedelta(days=number) for number in range((last - first).days + 1)] if end > start else []
        self.newest = {one.day: one for one in file_seals.newest(connection, first, last)}
        self.equal: dict[date, bool | None] = {}
        self._parts: dict[date, list[PartLine]] = defaultdict(list)
        self._accounts = {number: name for number, (name, _) in search.accounts.items()}
        whole = (day for day in self.all if file_seals.start_of(day) >= start and file_seals.start_of(day) + file_seals.DAY_MS <= end)
        self._whole = set(whole) if is_complete(search) else set[date]()
        self._day: date | None = None
        self._digest: DayDigest | None = None

    def add(self, event: EventLine) -> None:
        """Take the next event."""
        day = file_seals.day_of(event.at)
        if day != self._day:
            self._close()
            self._day, sealed = day, self.newest.get(day)
            self._digest = DayDigest(sealed.salt) if sealed and day in self._whole else None
        if self._digest is not None:
            self._digest.add(event.number, line(event))

    def finish(self) -> None:
        """Compare the last day, and those without any event."""
        self._close()
        for day in self._whole & self.newest.keys() - self.equal.keys():
            self._compare(day, DayDigest(self.newest[day].salt))

    def _close(self) -> None:
        if self._day is not None and self._digest is not None:
            self._compare(self._day, self._digest)
        self._day = self._digest = None

    def _compare(self, day: date, digest: DayDigest) -> None:
        there = {part.account: part for part in digest.parts()}
        sealed = {part.account: part for part in self.newest[day].parts if part.account in self._accounts}
        self.equal[day] = there == sealed
        same = [part for account, part in sealed.items() if there.get(account) == part]
        self._parts[day] = [PartLine(self._accounts[one.account], one.account, one.events, one.digest.hex()) for one in same]

    def seal_of(self, day: date) -> file_seals.Sealed | None:
        """Return the newest seal of a day."""
        return self.newest.get(day)

    def told(self, sealed: file_seals.Sealed, through: int) -> SealLine:
        """Return a seal with the parts that are in the pack; of others, what tells nothing of them."""
        parts = self._parts[sealed.day]
        mine = {one.number for one in parts}
        others = sorted(part.leaf(sealed.salt).hex() for part in sealed.parts if part.account not in mine)
        entry = sealed.entry if sealed.entry > through else None
        salt, digest = sealed.salt.hex(), sealed.digest.hex()
        return SealLine(sealed.day, sealed.number, sealed.at, sealed.events, salt, digest, entry, parts, others)
