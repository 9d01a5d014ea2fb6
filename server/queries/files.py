"""The File Access Audit tab: file events searched by path, person, PC, kind and time, newest first, page by page.

Days are the organisation's here, because one search is one stretch of time. What a search matches is decided exactly on
each row; the store only narrows down, since stores disagree on capitals and patterns.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, get_args

from msgspec import Meta, Struct
from msgspec.json import Decoder
from msgspec.structs import replace
from sqlalchemy import ColumnElement, Select, and_, func, literal, or_, select, tuple_, union_all
from sqlalchemy.orm import aliased

from policy.events import FileAction as Action
from policy.intervals import Interval
from policy.summaries import FileAction, Files
from server import cursor
from server.days.wall import period_bounds
from server.models import Account, AccountDevice, App, Device, FileEvent, Path
from server.organisation import AnySession, organisation
from server.path_index import paths_like
from server.paths import ESCAPE, PathPattern, fold
from server.people import Member
from server.queries.file_extras import bursts, gaps, minute_of_newest, renames
from server.queries.selection import Selection, period_of, person_of
from server.refusals import BadRequestError
from server.store.among import among

ACTIONS: tuple[str, ...] = get_args(Action)
AT_ONCE = 500
FEW = 12
MOST_PATHS = 4_000
"""A search that means no more paths than this is answered from their own events, unless those are more than MOST_OF_PATHS."""
FEW_PATHS, MOST_OF_PATHS = 200, 40_000
MOST_COUNTED = 5_000
"""So many of the newest events are looked through for bursts beside the first page (a report looks through all), and for a page
that only the rows themselves can tell."""
MOST_SEEN = 20_000
"""So many rows are looked through for one page; then the page ends, full or not."""

_Number = Annotated[int, Meta(ge=0, le=2**53)]
Place = tuple[_Number, _Number, _Number]
"""The key of a row: its instant, and the epoch and sequence number that tell rows of one instant apart."""
PLACES: Decoder[Place] = Decoder(Place)

Old, New, Process = aliased(Path), aliased(Path), aliased(App)
KEY = ("at", "epoch_id", "seq", "account_id")
COLUMNS = (
    *(FileEvent.at, FileEvent.epoch_id, FileEvent.seq, FileEvent.account_id, FileEvent.device_id, FileEvent.action),
    *(FileEvent.source, FileEvent.bytes, Old.text.label("path"), New.text.label("new_path"), Process.text.label("process")),
)
Question = Select[*tuple[Any, ...]]


class Wanted(Struct, frozen=True):
    """What is searched for; None is no condition. `since` and `until` are instants within the days asked for, both included."""

    path: str | None = None
    user: str | None = None
    host: str | None = None
    action: str | None = None
    extension: str | None = None
    since: int | None = None
    until: int | None = None

    def __post_init__(self) -> None:
        if self.action is not None and self.action not in ACTIONS:
            raise BadRequestError(f"action must be one of {', '.join(ACTIONS)}")

    @property
    def words(self) -> str:
        """The conditions as the audit log tells them."""
        told = ((name, getattr(self, name)) for name in self.__struct_fields__)
        return ", ".join(f"{name} {value}" for name, value in told if value is not None)


class Search(Struct, frozen=True):
    """A search with everything looked up that it is about: accounts, PCs (None: all), a stretch of time, patterns."""

    selection: Selection
    wanted: Wanted
    accounts: dict[int, tuple[str, Member]]
    hosts: dict[int, str]
    bounds: Interval
    patterns: list[PathPattern]

    @property
    def person(self) -> int | None:
        """The one person whose files these are; None when they are several people's, or nobody's."""
        people = {member.id for _, member in self.accounts.values()}
        return self.selection.one.id if self.selection.one else people.pop() if len(people) == 1 and self.wanted.user else None

    @property
    def scope(self) -> ColumnElement[bool]:
        """The people, PCs and time of the search, as SQL."""
        return self.within(FileEvent.at)

    def within(self, at: Any) -> ColumnElement[bool]:
        """Return the same, with what stands for the instant of a row."""
        start, end = self.bounds
        conditions = [at >= start, at < end]
        if not self.selection.everybody or self.wanted.user or self.wanted.host:
            # Of a few people the rows lie together. Of many they do not, and SQLite, which has no statistics, must not think so.
            few = len(self.accounts) <= FEW
            conditions.append((FileEvent.account_id if few else FileEvent.account_id + 0).in_(self.accounts))
        if self.wanted.host:
            conditions.append(FileEvent.device_id.in_(self.hosts))
        return and_(*conditions)

    def matches(self, row: Any) -> bool:
        """Return whether one of a row's names is meant."""
        names = [row.path] if row.new_path is None else [row.path, row.new_path]
        return not self.patterns or any(all(pattern.matches(name) for pattern in self.patterns) for name in names)


def search_for(session: AnySession, selection: Selection, wanted: Wanted) -> Search:
    """Return the search, ready to be noted and answered."""
    people = {member.id: member for member in selection.people}
    start, end = period_bounds(selection.first, selection.last, organisation(session).zone)
    rows = session.execute(select(Account.id, Account.name, Account.person_id)).all()
    accounts = {number: (name, people[person]) for number, name, person in rows if person in people}
    hosts = {number: host for number, host in session.execute(select(Device.id, Device.hostname)).all() if _has(wanted.host, host)}
    if wanted.host:  # whose files these can be: then their rows are found without looking at everybody's
        seen = set(session.execute(select(AccountDevice.account_id).where(AccountDevice.device_id.in_(hosts))).scalars())
        accounts = {key: found for key, found in accounts.items() if key in seen}
    texts = [wanted.path, f"*.{wanted.extension.lstrip('.')}" if wanted.extension else None]
    return Search(
        selection=selection,
        wanted=wanted,
        accounts={key: found for key, found in accounts.items() if _has(wanted.user, found[0], found[1].name)},
        hosts=hosts,
        bounds=(max(start, wanted.since or start), min(end, end if wanted.until is None else wanted.until + 1)),
        patterns=[PathPattern(text) for text in texts if text],
    )


def files(session: AnySession, search: Search, after: str | None, limit: int) -> Files:
    """Return the page after the cursor `after`; raise BadRequestError when that is none."""
    place = cursor.decode(after, PLACES) if after else None
    rows, following = _page(session, search, place, limit)
    page = Files(period_of(session, search.selection), rows, following, renames=None, bursts=None, gaps=None, truncated=0)
    return page if place else _with_extras(session, search, page)


def _with_extras(session: AnySession, search: Search, page: Files) -> Files:
    people = {key: member for key, (_, member) in search.accounts.items()}
    names = renames(session, search.wanted.path, search.scope, people)
    # A narrower period and not one condition more: of two lower bounds SQLite's index takes the first.
    start, end = search.bounds
    newest = replace(search, bounds=(minute_of_newest(session, search.scope, MOST_COUNTED, start), end))
    many = bursts(session, newest.scope, people)
    everybody = search.selection.everybody and not search.wanted.user and not search.wanted.host
    missing = gaps(session, None if everybody else search.accounts, search.hosts, search.bounds)
    left_out = names.left_out + many.left_out + missing.left_out
    return Files(page.period, page.rows, page.next, names.rows, many.rows, missing.rows, left_out)


def _page(session: AnySession, search: Search, place: Place | None, limit: int) -> tuple[list[FileAction], str | None]:
    """Return up to `limit` rows after `place`, and the cursor of the page after them.

    ```
    rows by time   | newest ... | seen by this page .... | older
                                ^ place                  ^ next: after the last row looked at, wanted or not
    ```
    """
    found: list[FileAction] = []
    seen, paths, size = 0, _paths(session, search), limit + 1
    if paths == []:
        return [], None
    search, floor = _bounded(session, search, paths, place)
    while seen < MOST_SEEN:
        chunk = session.execute(_question(session, search, paths, place, size)).all()
        for at, row in enumerate(chunk, 1):
            before, place, seen = place, (row.at, row.epoch_id, row.seq), seen + 1
            if place != before and search.matches(row):
                found.append(action_of(row, search))
            if len(found) == limit:
                ended = at == len(chunk) < size and floor is None
                return found, None if ended else cursor.encode(place)
        if len(chunk) < size:
            return found, None if floor is None else cursor.encode((floor, 0, 0))
        size = AT_ONCE  # the store's rough answer was wrong about some
    return found, cursor.encode(place)


def _bounded(session: AnySession, search: Search, paths: list[int] | None, place: Place | None) -> tuple[Search, int | None]:
    """Return the search over so many events as one page may read, and the instant before which the next page goes on; None: over all.

    Where neither few paths nor nothing at all is asked, the store leaves rows out by itself and might read millions for one page.
    """
    if paths is not None or not (search.patterns or search.wanted.action):
        return search, None
    start, end = search.bounds
    if place:
        end = min(end, place[0] + 1)
    floor = minute_of_newest(session, replace(search, bounds=(start, end)).scope, MOST_COUNTED, start)
    return replace(search, bounds=(floor, end)), None if floor == start else floor


def _paths(session: AnySession, search: Search) -> list[int] | None:
    """Return the few paths that may be meant; None when they are many: then rows are looked through, newest first."""
    found = (paths_like(session, pattern, MOST_PATHS) for pattern in search.patterns)
    paths = min((paths for paths in found if paths is not None), key=len, default=None)
    return None if paths is not None and len(paths) > FEW_PATHS and _happened_much(session, paths) else paths


def _happened_much(session: AnySession, paths: list[int]) -> bool:
    """Return whether so much happened to some paths that looking through the newest events is quicker."""
    of_paths = select(literal(1)).where(_named(session, paths)[0]).limit(MOST_OF_PATHS + 1).subquery()
    return session.execute(select(func.count()).select_from(of_paths)).scalar_one() > MOST_OF_PATHS


def every_event(session: AnySession, search: Search) -> Iterator[Any]:
    """Yield every row that is meant, oldest first, without holding more than a few."""
    paths = _paths(session, search)
    if paths == []:
        return
    question = _with_texts(select(*COLUMNS)).where(*_conditions(session, search, paths, None))
    in_order = question.order_by(FileEvent.at, FileEvent.account_id, FileEvent.epoch_id, FileEvent.seq)
    for row in session.execute(in_order, execution_options={"yield_per": AT_ONCE}):
        if search.matches(row):
            yield row


def _question(session: AnySession, search: Search, paths: list[int] | None, place: Place | None, size: int) -> Question:
    """Return the question for the next rows: their keys first, which indexes hold, then what else is told of so few."""
    keys = _keys(session, search, paths, place).limit(size).subquery()
    mine = and_(*(getattr(FileEvent, name) == keys.c[name] for name in KEY))
    # An outer join, though each is there: SQLite, without statistics, might begin an inner one from five million rows.
    found = _with_texts(select(*COLUMNS).select_from(keys).outerjoin(FileEvent, mine))
    return found.order_by(*(keys.c[name].desc() for name in KEY[:3]))


def _keys(session: AnySession, search: Search, paths: list[int] | None, place: Place | None) -> Question:
    columns = [getattr(FileEvent, name) for name in KEY]
    newest_first = [one.desc() for one in columns[:3]]
    if paths is None:
        asked = select(*columns).where(*_conditions(session, search, None, place))
        return (_with_names(asked) if search.patterns else asked).order_by(*newest_first)
    # Of a few paths the rows are found by path, by either name, and not by walking through time.
    either = [select(*columns).where(one, *_conditions(session, search, None, place, FileEvent.at + 0)) for one in _named(session, paths)]
    both = union_all(*either).subquery()  # which may tell a renamed file twice, one after the other
    return select(*(both.c[name] for name in KEY)).order_by(*(both.c[name].desc() for name in KEY[:3]))


def _named(session: AnySession, paths: list[int]) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    # That a new path's number is above 0 is what its index is about.
    return among(session, FileEvent.path_id, paths), among(session, FileEvent.new_path_id, paths) & (FileEvent.new_path_id > 0)


def _conditions(
    session: AnySession, search: Search, paths: list[int] | None, place: Place | None, at: Any = FileEvent.at
) -> list[ColumnElement[bool]]:
    """Return what rows must be; SQLite, without statistics, is told by another `at` not to walk through time."""
    found = [search.within(at)]
    if paths is not None:
        found.append(or_(*_named(session, paths)))
    elif at is FileEvent.at:
        found += [_roughly(pattern) for pattern in search.patterns]
    if search.wanted.action:
        found.append(FileEvent.action == search.wanted.action)
    if place:
        found.append(tuple_(at, FileEvent.epoch_id, FileEvent.seq) < tuple_(*place))
    return found


def _with_texts(question: Question) -> Question:
    return _with_names(question).outerjoin(Process, Process.id == FileEvent.process_id)


def _with_names(question: Question) -> Question:
    return question.outerjoin(Old, Old.id == FileEvent.path_id).outerjoin(New, New.id == FileEvent.new_path_id)


def _roughly(pattern: PathPattern) -> ColumnElement[bool]:
    return or_(*(func.lower(name.text).like(pattern.like, escape=ESCAPE) for name in (Old, New)))


def action_of(row: Any, search: Search) -> FileAction:
    """Return a row as it is shown."""
    account, member = search.accounts[row.account_id]
    return FileAction(
        at=row.at,
        person=person_of(member),
        account=account,
        host=search.hosts[row.device_id],
        action=row.action,
        source=row.source,
        path=row.path,
        new_path=row.new_path,
        bytes=row.bytes,
        process=row.process,
    )


def _has(part: str | None, *names: str) -> bool:
    return part is None or any(fold(part) in fold(name) for name in names)
