"""What the ledger and its neighbours say of people's days, as the figures that days are compared by.

```
pages      engaged time by place, hour and presence, input, quiet stretches, evidence    read as columns, for everybody at once
rule book  unproductive, unclassified, kinds of sites                                    joined here: a changed rule changes history
day_count  bytes, file events, PCs                                                       counted before (`server/days/day_counts.py`)
```
A day on which somebody was not engaged at all is no day to compare.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date

import msgspec
import numpy as np
from msgspec import Struct
from sqlalchemy import select

from ml.features import DayFacts
from policy.categories import Category, RuleBook, SiteKind
from policy.presence import Presence
from server.days import wall
from server.days.day_pages import Array, Hours, Usage
from server.days.day_pages import Quiet as QuietPart
from server.days.packed import ENGAGED_BELOW, NOTHING, NUMBERS
from server.models import App, DayCount, Site
from server.organisation import AnySession, organisation
from server.people import Member, week_of
from server.queries.categories import Verdicts
from server.queries.chunks import FEW, Chunk, chunks
from server.queries.figures import DayFigures, day_figures
from server.queries.memory import CATEGORIES, UNCLASSIFIED, memory_of
from server.queries.selection import Selection
from server.rules import rule_book

BREAK_SECONDS = 300
KINDS = tuple(SiteKind)
UNPRODUCTIVE = CATEGORIES.index(Category.UNPRODUCTIVE)
HOLIDAY_SHARE = 0.2
HOLIDAY_PEOPLE = 5
"""A day on which fewer than a fifth of at least five people who were due came is a holiday; no calendar need be kept for that."""

PersonDay = tuple[int, int]
"""The place of a day and of a person in the selection."""


class Counts(Struct, frozen=True):
    """What `day_count` says of one person's day."""

    sent: int | None
    received: int | None
    created: int | None
    deleted: int | None
    renamed: int | None
    devices: frozenset[int]


UNCOUNTED = Counts(None, None, None, None, None, frozenset())


def day_facts(session: AnySession, people: list[Member], first: date, last: date, packaged: RuleBook, now: int) -> list[DayFacts]:
    """Return the days from `first` to `last` on which these people were engaged, in the order of time."""
    selection = Selection(people, first, last)
    rules = rule_book(session, packaged)
    figures = day_figures(session, selection, now)
    sums, stretches = _Sums(session, selection, rules), _Stretches(session, selection, figures)
    rest = rest_days(session, selection, figures)
    counts = counts_of(session, selection)
    days = selection.days
    return [
        _facts(people[who], days[when], (when, who), bool(rest[when, who]), figures, sums, stretches, counts)
        for when, who in zip(*(axis.tolist() for axis in np.nonzero(figures.engaged > 0)), strict=True)
    ]


def _facts(
    member: Member,
    day: date,
    at: PersonDay,
    rest: bool,
    figures: DayFigures,
    sums: _Sums,
    stretches: _Stretches,
    counts: Mapping[tuple[int, date], Counts],
) -> DayFacts:
    counted = counts.get((member.id, day), UNCOUNTED)
    covered, expected = int(figures.covered[at]), int(figures.expected[at])
    return DayFacts(
        person=member.id,
        day=day,
        zone=member.zone,
        team=member.team,
        rest_day=rest,
        engaged_by_hour=tuple(sums.hours[at].tolist()),
        idle=int(figures.times[at][NUMBERS[Presence.IDLE]]),
        meeting=int(figures.times[at][NUMBERS[Presence.MEETING]]),
        unproductive=int(sums.unproductive[at]),
        unclassified=int(sums.unclassified[at]),
        apps=sums.apps.get(at, {}),
        sites=sums.sites.get(at, {}),
        kinds=sums.kinds.get(at, {}),
        devices=counted.devices,
        keys=int(sums.keys[at]),
        clicks=int(sums.clicks[at]),
        regular_minutes=int(figures.review_minutes[at]),
        longest_streak=int(stretches.longest[at]),
        breaks=int(stretches.breaks[at]),
        sent=counted.sent,
        received=counted.received,
        created=counted.created,
        deleted=counted.deleted,
        renamed=counted.renamed,
        coverage=min(1.0, covered / expected) if expected else None,
    )


class _Names:
    """What the places the process knows are called, as numbers in lists of names, and which kind of site they are."""

    def __init__(self, session: AnySession, rules: RuleBook) -> None:
        memory = memory_of(session)
        apps, sites = memory.places
        app_words = memory.words(session, App, np.unique(apps).tolist())
        site_words = memory.words(session, Site, np.unique(sites).tolist())
        self.apps, self.app_of = _numbered(apps, {number: rules.display_name(app_words.get(number, "")) for number in set(apps.tolist())})
        self.sites, self.site_of = _numbered(sites, {number: site_words.get(number, "") for number in set(sites.tolist())})
        kinds = [rules.kind_of(site) if site else None for site in self.sites]
        self.kind_of = np.array([0 if kind is None else 1 + KINDS.index(kind) for kind in kinds], np.int64)[self.site_of]


def _numbered(keys: Array, names: Mapping[int, str]) -> tuple[list[str], Array]:
    """Return the different names, and for each key the place of its own among them."""
    different = sorted(set(names.values()))
    place = {name: at for at, name in enumerate(different)}
    found, inverse = np.unique(keys, return_inverse=True)
    return different, np.array([place[names[number]] for number in found.tolist()], np.int64)[inverse]


class _Sums:
    """Tables of days × people, and what each person-day was spent at by name."""

    def __init__(self, session: AnySession, selection: Selection, rules: RuleBook) -> None:
        used, hourly = chunks(session, selection, Usage), chunks(session, selection, Hours)
        self._names, self._verdicts = _Names(session, rules), Verdicts(session, selection, rules)
        shape = (len(selection.days), len(selection.people))
        self.hours = np.zeros((*shape, wall.HOURS), np.int32)
        self.keys, self.clicks, self.unproductive, self.unclassified = (np.zeros(shape, np.int64) for _ in range(4))
        self.apps: dict[PersonDay, dict[str, int]] = defaultdict(dict)
        self.sites: dict[PersonDay, dict[str, int]] = defaultdict(dict)
        self.kinds: dict[PersonDay, dict[str, int]] = defaultdict(dict)
        for chunk in used:
            self._add(chunk)
        for hours in hourly:
            key = hours.of * wall.HOURS + hours.part.hour % wall.HOURS
            seconds = np.bincount(key, hours.part.seconds, len(hours.who) * wall.HOURS).reshape(-1, wall.HOURS)
            self.hours[hours.when, hours.who] = seconds.astype(np.int32)

    def _add(self, chunk: Chunk[Usage]) -> None:
        part, of, size = chunk.part, chunk.of, len(chunk.who)
        at = (chunk.when, chunk.who)
        self.keys[at] = np.bincount(of, part.keys, size).astype(np.int64)
        self.clicks[at] = np.bincount(of, part.clicks, size).astype(np.int64)
        engaged = np.flatnonzero(part.presence < ENGAGED_BELOW)
        of, place, seconds = of[engaged], part.place[engaged].astype(np.int64), part.seconds[engaged]
        codes = self._verdicts.of(place, part.presence[engaged], chunk.who[of])
        for table, code in ((self.unproductive, UNPRODUCTIVE), (self.unclassified, UNCLASSIFIED)):
            table[at] = np.bincount(of[codes == code], seconds[codes == code], size).astype(np.int64)
        names = self._names
        _spread(chunk, of, names.app_of[place], seconds, names.apps, self.apps)
        _spread(chunk, of, names.site_of[place], seconds, names.sites, self.sites)
        _spread(chunk, of, names.kind_of[place], seconds, ["", *KINDS], self.kinds)


def _spread(chunk: Chunk[Usage], of: Array, number: Array, seconds: Array, names: list[str], into: dict[PersonDay, dict[str, int]]) -> None:
    """Add seconds up by person-day and name; what has no name is left out."""
    keys, inverse = np.unique(of * len(names) + number, return_inverse=True)
    sums = np.bincount(inverse, seconds, len(keys)).astype(np.int64).tolist()
    when, who = chunk.when.tolist(), chunk.who.tolist()
    for key, amount in zip(keys.tolist(), sums, strict=True):
        row, name = divmod(key, len(names))
        if names[name]:
            into[when[row], who[row]][names[name]] = amount


class _Stretches:
    """The breaks of five minutes or more between the first and the last engaged instant, and the longest stretch without one.

    ```
    engaged   |=====. .====|      |=========. .============|     |===|
    breaks                 [ 7 min)                        [ 12 )         two; the longest stretch lies between them
    ```
    A day keeps its longest ten quiet stretches, so that no more breaks than those are counted.
    """

    def __init__(self, session: AnySession, selection: Selection, figures: DayFigures) -> None:
        shape = (len(selection.days), len(selection.people))
        self.breaks = np.zeros(shape, np.int64)
        self.longest = np.where(figures.first == NOTHING, 0, (figures.last - figures.first) // 1000)
        for chunk in chunks(session, selection, QuietPart):
            self._add(chunk, figures)

    def _add(self, chunk: Chunk[QuietPart], figures: DayFigures) -> None:
        at = (chunk.when, chunk.who)
        of, start, end = _breaks(chunk)
        self.breaks[at] = np.bincount(of, minlength=len(chunk.who))
        first, last = ((instant[at] - chunk.part.day_start) // 1000 for instant in (figures.first, figures.last))
        runs = np.flatnonzero(np.diff(of, prepend=-1))  # the first break of each person-day
        before = np.concatenate(([0], end[:-1])) if len(end) else end
        before[runs] = first[of[runs]]
        longest = np.zeros(len(chunk.who), np.int64)
        np.maximum.at(longest, of, start - before)
        ends = np.concatenate((runs[1:], [len(of)]))[: len(runs)] - 1  # the last break of each
        np.maximum.at(longest, of[ends], last[of[ends]] - end[ends])
        without = np.bincount(of, minlength=len(chunk.who)) == 0
        self.longest[at] = np.where(without, self.longest[at], longest)


def _breaks(chunk: Chunk[QuietPart]) -> tuple[Array, Array, Array]:
    """Return the breaks of a chunk: whose, from, until; quiet stretches that follow each other without a gap are one."""
    of, start = chunk.of, chunk.part.start.astype(np.int64)
    order = np.lexsort((start, of))
    of, start, end = of[order], start[order], (start + chunk.part.length.astype(np.int64))[order]
    new = np.ones(len(of), bool)
    new[1:] = (of[1:] != of[:-1]) | (start[1:] > end[:-1])
    begins = np.flatnonzero(new)
    ends = np.concatenate((begins[1:], [len(of)]))[: len(begins)] - 1
    of, start, end = of[begins], start[begins], end[ends]
    long = end - start >= BREAK_SECONDS
    return of[long], start[long], end[long]


def rest_days(session: AnySession, selection: Selection, figures: DayFigures) -> Array:
    """Return, for days × people, whether no work was due: by the person's own work hours, or because it was a holiday."""
    ours = week_of(organisation(session).hours)
    weekdays = np.array([day.weekday() for day in selection.days], np.int64)
    due = np.array([[bool(shifts) for shifts in (member.week or ours)] for member in selection.people], bool)[:, weekdays].T
    there = figures.engaged > 0
    came = (there & due).sum(axis=1)
    expected = due.sum(axis=1)
    holiday = (expected >= HOLIDAY_PEOPLE) & (came < HOLIDAY_SHARE * expected)
    found: Array = ~due | holiday[:, None]
    return found


def counts_of(session: AnySession, selection: Selection) -> dict[tuple[int, date], Counts]:
    """Return {(person, day): counts}; of somebody without a single file event in all these days nothing reports files."""
    rows = list(_rows(session, selection))
    with_files = {row.person_id for row in rows if row.created or row.deleted or row.renamed}
    return {(row.person_id, row.day): _counts(row, files=row.person_id in with_files) for row in rows}


def _counts(row: DayCount, *, files: bool) -> Counts:
    events = (row.created, row.deleted, row.renamed) if files else (None, None, None)
    return Counts(row.sent, row.received, *events, frozenset(msgspec.json.decode(row.devices, type=list[int])))


def _rows(session: AnySession, selection: Selection) -> Iterator[DayCount]:
    of_days = DayCount.day.between(selection.first, selection.last)
    few = len(selection.people) <= FEW  # else everybody is read, and who is not asked for left out
    asked = of_days & DayCount.person_id.in_(selection.ids) if few else of_days
    wanted = set(selection.ids)
    for row in session.execute(select(*DayCount.__table__.columns).where(asked)):
        if row.person_id in wanted:
            yield row  # type: ignore[misc]
