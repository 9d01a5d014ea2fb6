"""What a search for file events shows beside its rows: earlier and later names, bursts, and the gaps in what was recorded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Generic, TypeVar

from msgspec import Struct
from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import aliased

from policy.events import MINUTE_MS
from policy.intervals import Interval
from policy.summaries import Burst, FileGap, Renamed
from server.models import Account, AccountDevice, FileEvent, GapEvent, Path
from server.organisation import AnySession
from server.people import Member
from server.queries.selection import person_of
from server.store.dictionary import digest_of

BURST_EVENTS = 20
"""So many deletions, renames or creations by one person in one UTC minute are a burst."""
BURST_ACTIONS = ("created", "deleted", "renamed")
NOT_ABOUT_FILES = ("activity", "session", "network", "health", "notice", "capture", "input", "clock")
"""Gaps that say they are of these; any other gap, also of a word not known here, may have held file events."""
MOST_LISTED = 200

Row = TypeVar("Row")
Question = Select[*tuple[Any, ...]]


class Capped(Struct, Generic[Row], frozen=True):
    """The first rows of a list, and how many are left out."""

    rows: list[Row]
    left_out: int


def bursts(session: AnySession, scope: ColumnElement[bool], people: Mapping[int, Member]) -> Capped[Burst]:
    """Return the bursts within `scope`, newest first; what a rescan found happened at no known time and is none."""
    # First by what an index holds alone: most often nothing is found, and no row need be read to know who said it.
    minutes = {row.minute for row in session.execute(_many(scope))}
    if not minutes:
        return Capped([], 0)
    around = (FileEvent.at >= min(minutes) * MINUTE_MS) & (FileEvent.at < (max(minutes) + 1) * MINUTE_MS)
    found = _many(scope & around & (FileEvent.source != "rescan")).subquery()
    order = (found.c.minute.desc(), found.c.person_id, found.c.action)
    known = {member.id: member for member in people.values()}
    rows, left_out = _capped(session, select(found).order_by(*order))
    listed = [Burst(person_of(known[row.person_id]), int(row.minute) * MINUTE_MS, row.action, int(row.events)) for row in rows]
    return Capped(listed, left_out)


def _many(scope: ColumnElement[bool]) -> Question:
    minute = (FileEvent.at // MINUTE_MS).label("minute")
    columns = (Account.person_id, minute, FileEvent.action, func.count().label("events"))
    counted = select(*columns).join_from(FileEvent, Account, Account.id == FileEvent.account_id)
    asked = counted.where(scope & FileEvent.action.in_(BURST_ACTIONS))
    return asked.group_by(Account.person_id, "minute", FileEvent.action).having(func.count() >= BURST_EVENTS)


def minute_of_newest(session: AnySession, scope: ColumnElement[bool], number: int, start: int) -> int:
    """Return the beginning of the minute of one of the newest events, by its number from the newest; `start` where there are fewer."""
    place = select(FileEvent.at).where(scope).order_by(FileEvent.at.desc()).offset(number - 1).limit(1)
    at = session.execute(place).scalar_one_or_none()
    return start if at is None else max(start, at // MINUTE_MS * MINUTE_MS)


def gaps(session: AnySession, accounts: Iterable[int] | None, hosts: Mapping[int, str], bounds: Interval) -> Capped[FileGap]:
    """Return the gaps of these accounts' PCs (None: of every PC) in which file events may be missing, newest first."""
    rows, left_out = _capped(session, gap_question(accounts, hosts, bounds))
    return Capped([FileGap(hosts[row.device_id], *row[1:]) for row in rows], left_out)


def gap_question(accounts: Iterable[int] | None, hosts: Mapping[int, str], bounds: Interval) -> Question:
    """Return the question for all of these gaps."""
    start, end = bounds
    asked: ColumnElement[bool] = GapEvent.what.notin_(NOT_ABOUT_FILES)
    if accounts is not None:
        theirs = select(AccountDevice.device_id).where(AccountDevice.account_id.in_(list(accounts)))
        asked &= GapEvent.device_id.in_(theirs) & GapEvent.device_id.in_(hosts)
    columns = (GapEvent.device_id, GapEvent.start, GapEvent.end, GapEvent.what, GapEvent.reason, GapEvent.lost)
    question = select(*columns).where(asked & (GapEvent.start < end) & (GapEvent.end >= start))
    return question.order_by(GapEvent.end.desc(), GapEvent.epoch_id.desc(), GapEvent.seq.desc())


def renames(session: AnySession, path: str | None, scope: ColumnElement[bool], people: Mapping[int, Member]) -> Capped[Renamed]:
    """Return how the one file called `path` came to its name and where it went, oldest first; nothing unless that is a path known here.

    ```
    time        09:00       10:00       11:00       12:00
    renamed     a -> b      b -> c      x -> b      c -> d
    names of c  a, b        c                       d           x is another file: it was called b only later
    ```
    """
    if path is None:
        return Capped([], 0)
    known = (Path.digest == digest_of(path)) & (Path.text == path)
    number = session.execute(select(Path.id).where(known)).scalar_one_or_none()
    if number is None:
        return Capped([], 0)
    found: dict[tuple[int, int], Any] = {}
    more = False
    for direction in (_Backward, _Forward):
        more |= _follow(session, direction, number, scope, found)
    rows = sorted(found.values(), key=lambda row: (row.at, row.epoch_id, row.seq))
    return Capped([Renamed(row.at, person_of(people[row.account_id]), row.path, row.new_path) for row in rows], int(more))


class _Forward:
    """From a name to the names it was given later."""

    column, beginning = FileEvent.path_id, 0

    @staticmethod
    def reached(row: Any, since: int) -> int | None:
        """Return the name that is reached, or None when this happened to another file before."""
        return row.new_path_id if row.at >= since else None

    choose = min


class _Backward:
    """From a name to the names it had before."""

    column, beginning = FileEvent.new_path_id, 2**62

    @staticmethod
    def reached(row: Any, until: int) -> int | None:
        """Return the name that is reached, or None when this happened to another file later."""
        return row.path_id if row.at <= until else None

    choose = max


def _follow(
    session: AnySession,
    direction: type[_Forward] | type[_Backward],
    number: int,
    scope: ColumnElement[bool],
    found: dict[tuple[int, int], Any],
) -> bool:
    """Add the renames on the way from a name in one direction to `found`; return whether there are more than can be listed."""
    frontier, known = {number: direction.beginning}, dict[int, int]()
    while frontier:
        known |= frontier
        rows = session.execute(_renames_of(direction, frontier, scope).limit(MOST_LISTED + 1)).all()
        following: dict[int, int] = {}
        for row in rows:
            name = direction.reached(row, frontier[getattr(row, direction.column.key)])
            if name is None or (row.epoch_id, row.seq) in found:
                continue
            if len(found) == MOST_LISTED:
                return True
            found[row.epoch_id, row.seq] = row
            following[name] = direction.choose(row.at, following.get(name, row.at))
        frontier = {name: at for name, at in following.items() if name not in known or direction.choose(at, known[name]) != known[name]}
    return False


def _renames_of(direction: type[_Forward] | type[_Backward], names: Iterable[int], scope: ColumnElement[bool]) -> Question:
    old, new = aliased(Path), aliased(Path)
    numbers = (FileEvent.path_id, FileEvent.new_path_id)
    columns = (FileEvent.at, FileEvent.epoch_id, FileEvent.seq, FileEvent.account_id, *numbers)
    question = select(*columns, old.text.label("path"), new.text.label("new_path"))
    joined = question.join(old, old.id == FileEvent.path_id).join(new, new.id == FileEvent.new_path_id)
    return joined.where(scope & (FileEvent.action == "renamed") & direction.column.in_(list(names))).order_by(FileEvent.at)


def _capped(session: AnySession, question: Question) -> tuple[list[Any], int]:
    rows = list(session.execute(question.limit(MOST_LISTED)))
    if len(rows) < MOST_LISTED:
        return rows, 0
    total = session.execute(select(func.count()).select_from(question.order_by(None).subquery())).scalar_one()
    return rows, total - len(rows)
