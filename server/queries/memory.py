"""What this process remembers of a store: words of its dictionaries, places by number, their categories, and pages it has read."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from datetime import date
from threading import Lock
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
from msgspec import Struct
from msgspec.structs import astuple, replace
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from policy.categories import Category, RuleBook
from policy.presence import Presence
from server.days.day_pages import AnyPart, Array, Part, WithPlaces
from server.models import App, Site
from server.organisation import AnySession

MOST_BYTES = 128 << 20
"""Pages beyond this are forgotten, those not asked for the longest first: half a year of 500 people fits."""
MOST_MADE = 8
"""Of so many days without a page it is known what they were made of; of another one, all rows are read."""
AT_ONCE = 500
UNCLASSIFIED = len(Category)
"""The number after those of the categories: neutral because no rule says anything."""
CATEGORIES = tuple(Category)

HALF, LOW = np.uint64(32), np.uint64(0xFFFFFFFF)
"""A place is one number: its app above, its site below."""

Word = type[App] | type[Site]
Key = tuple[Part, int]


Versions = dict[int, int]
"""The stamp of each person's row."""


class MadeDay(Struct, frozen=True):
    """A day without a page, made of its person-days: which makings of their rows, and into what."""

    versions: Versions
    parts: dict[Part, AnyPart]


class Memory:
    """One store's; everything in it is either never changed in the store or named by what changes with it."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._places = self._in_order = np.zeros(1, np.uint64)
        self._order = np.zeros(1, np.int64)
        self._words: dict[Word, dict[int, str]] = {App: {0: ""}, Site: {0: ""}}
        self._codes: WeakKeyDictionary[RuleBook, dict[int | None, Array]] = WeakKeyDictionary()
        self._pages: OrderedDict[Key, AnyPart] = OrderedDict()
        self._bytes = 0
        self._made: dict[date, tuple[int, Versions]] = {}

    def page(self, key: Key) -> AnyPart | None:
        """Return a page's part, if it is remembered."""
        with self._lock:
            part = self._pages.get(key)
            if part is not None:
                self._pages.move_to_end(key)
            return part

    def keep(self, key: Key, part: AnyPart) -> None:
        """Remember a part, and forget what does not fit any more."""
        with self._lock:
            if key not in self._pages:
                self._pages[key] = part
                self._bytes += _size(part)
            while self._bytes > MOST_BYTES:
                self._forget(next(iter(self._pages)))

    @property
    def nearly_full(self) -> bool:
        """Whether little more can be remembered without forgetting something."""
        return self._bytes > MOST_BYTES * 3 // 4

    def made_before(self, day: date) -> MadeDay | None:
        """Return what a day was last made into, if all of it is remembered, and forget it: whoever asks makes it anew."""
        with self._lock:
            stamp, versions = self._made.pop(day, (0, {}))
            parts = {part: made for part in Part if (made := self._forget((part, stamp))) is not None}
        return MadeDay(versions, parts) if len(parts) == len(Part) else None

    def keep_made(self, day: date, stamp: int, made: MadeDay) -> None:
        """Remember a day that has no page yet."""
        for part, columns in made.parts.items():
            self.keep((part, stamp), columns)
        with self._lock:
            self._made[day] = (stamp, made.versions)
            if len(self._made) > MOST_MADE:
                del self._made[min(self._made)]

    def _forget(self, key: Key) -> AnyPart | None:
        part = self._pages.pop(key, None)
        self._bytes -= _size(part) if part is not None else 0
        return part

    def numbered(self, part: AnyPart) -> AnyPart:
        """Return the part with this memory's numbers for its places."""
        if not isinstance(part, WithPlaces):
            return part
        keys = part.app.astype(np.uint64) << HALF | part.site.astype(np.uint64)
        return replace(part, app=part.app[:0], site=part.site[:0], place=self._numbers(keys)[part.place])

    def _numbers(self, keys: Array) -> Array:
        """Return the numbers of places; what is new gets the next ones."""
        with self._lock:
            at = self._find(keys)
            if len(at) and not np.array_equal(self._in_order[at], keys):
                self._places = np.concatenate((self._places, np.setdiff1d(keys, self._in_order)))
                self._order = np.argsort(self._places)
                self._in_order = self._places[self._order]
                at = self._find(keys)
            numbers: Array = self._order[at].astype(np.int32)
            return numbers

    def _find(self, keys: Array) -> Array:
        return np.minimum(np.searchsorted(self._in_order, keys), len(self._in_order) - 1)

    @property
    def places(self) -> tuple[Array, Array]:
        """The app and the site of every place, by its number."""
        places = self._places
        return (places >> HALF).astype(np.int64), (places & LOW).astype(np.int64)

    def words(self, session: AnySession, dictionary: Word, numbers: Iterable[int]) -> dict[int, str]:
        """Return {number: text} of at least these; a number's text never changes."""
        known = self._words[dictionary]
        missing = [number for number in numbers if number not in known]
        for at in range(0, len(missing), AT_ONCE):
            rows = session.execute(select(dictionary.id, dictionary.text).where(dictionary.id.in_(missing[at : at + AT_ONCE])))
            known.update((row.id, row.text) for row in rows)
        return known

    def codes(self, session: AnySession, rules: RuleBook, teams: Sequence[int | None]) -> Array:
        """Return, for each of these teams, the category of every place, out of a meeting and in one, as numbers.

        A place's numbers stand at twice its own: first out of a meeting, then in one.
        """
        apps, sites = self.places
        known = self._codes.setdefault(rules, {})
        return np.stack([self._codes_of(session, rules, team, known, apps, sites) for team in teams])

    def _codes_of(
        self, session: AnySession, rules: RuleBook, team: int | None, known: dict[int | None, Array], apps: Array, sites: Array
    ) -> Array:
        had = known.get(team, np.zeros(0, np.int8))
        new = slice(len(had) // 2, None)
        if len(had) < 2 * len(apps):
            names, hosts = apps[new].tolist(), sites[new].tolist()
            app_of, site_of = self.words(session, App, set(names)), self.words(session, Site, set(hosts))
            pairs = [(app_of.get(app, ""), site_of.get(site) or None) for app, site in zip(names, hosts, strict=True)]
            more = [_code(rules, app, site, meeting, team) for app, site in pairs for meeting in (None, Presence.MEETING)]
            had = known[team] = np.concatenate((had, np.array(more, np.int8)))
        return had[: 2 * len(apps)]


def _code(rules: RuleBook, app: str, site: str | None, presence: Presence | None, team: int | None) -> int:
    verdict = rules.classify(app, site, presence, team)
    return CATEGORIES.index(verdict.category) if verdict.classified else UNCLASSIFIED


def _size(part: AnyPart) -> int:
    return sum(column.nbytes for column in astuple(part))


_memories: WeakKeyDictionary[Engine, Memory] = WeakKeyDictionary()


def memory_of(session: AnySession) -> Memory:
    """Return what is remembered of the store a session asks."""
    engine: Any = session.get_bind() if isinstance(session, Session) else session.engine
    return _memories.setdefault(engine, Memory())


def forget(engine: Engine) -> None:
    """Let go of what is remembered of a store, where a process needs the room for something else."""
    _memories.pop(engine, None)
